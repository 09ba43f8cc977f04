"""The page: files for the browser, served as they are."""
