"""What makes a database pleasant to query: labels beside codes, comments, macros."""
