"""Everything that touches the network, the clock or a person."""
