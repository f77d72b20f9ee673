"""The actions of an assistant for any catalogue: plain rasa-sdk, so they also run under `rasa run actions`."""
