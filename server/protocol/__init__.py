"""The OpenAI Realtime protocol as a state machine without I/O."""
