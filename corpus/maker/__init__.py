"""Makes the specimen scans: source → printed pages (layout) → worn pictures (wear) → files (formats)."""
