"""The optimisers and their learning rate schedules."""
