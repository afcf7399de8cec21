"""Who is promised what first: fences of channels, turns of those who wait, and the hours in which somebody works. Pure."""
