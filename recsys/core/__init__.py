"""What every room uses: keyed random draws, linear algebra, serialization, atomic files, locks, memory."""
