"""The actions of the demo shop: plain rasa-sdk, so they also run under `rasa run actions`."""
