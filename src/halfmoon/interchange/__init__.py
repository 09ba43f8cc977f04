"""From and to other libraries: scikit-learn's and PyTorch's networks become ours, and ours theirs."""
