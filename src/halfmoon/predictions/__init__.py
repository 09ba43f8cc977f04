"""What plots, the lab and pages ask of any model: its answers, how good they are, and a plane to look at."""
