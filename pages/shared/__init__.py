"""What several pages draw with. Not a page itself."""
