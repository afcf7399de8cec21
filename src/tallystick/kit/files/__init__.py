"""Files and queues as a way in and out: a folder, SFTP, S3, SQS. Taken whole, kept, and only then put away.

Never here: what a file says (connectors/), or what it is kept in (storage/).
"""
