"""``python -m halfmoon`` is the command ``halfmoon``."""

from halfmoon.cli import main

if __name__ == "__main__":
    main()
