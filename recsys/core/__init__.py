"""What every package uses: keyed random draws, linear algebra, serialization, file locks, process memory."""
