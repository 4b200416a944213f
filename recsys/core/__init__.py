"""What every room stands on: keyed random draws, linear algebra, serialization, file locks, process memory."""
