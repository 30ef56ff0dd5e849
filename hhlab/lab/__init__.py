"""What notebooks work with: figures, the bench of hh-explore, and packing up."""
