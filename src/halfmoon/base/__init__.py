"""What every other package may use: checks, errors, files, records, random numbers. It knows nothing of networks."""
