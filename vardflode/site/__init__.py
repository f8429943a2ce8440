"""Pages that people look at: static files, made from a released edition and the published set alone."""
