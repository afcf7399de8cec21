"""The reference pages: code in, Markdown and SVG text out. The same house always gives the same pages.

Never here: reading or writing files, and what only the roof knows (it hands that in).
"""
