"""Ask a neuron model what it does: questions, and what they bring back."""
