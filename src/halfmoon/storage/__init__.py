"""Files of all that the library makes: one function writes them, one reads them back."""
