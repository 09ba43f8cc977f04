"""A network, its flat program, and the model that holds its numbers."""
