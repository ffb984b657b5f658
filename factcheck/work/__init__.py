"""The worker's longer tasks: looking at links, taking in what pages say, asking for copies."""
