"""The health of a network: rules that find what is wrong with it."""
