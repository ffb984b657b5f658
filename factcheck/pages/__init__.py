"""What the bytes of a page say, and how they are kept."""
