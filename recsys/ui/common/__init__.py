"""What several pages show or use."""
