"""What every conversation has, as a policy: digressing and coming back, correcting, giving up, asking for a person."""

__all__ = ["default_domain", "names", "repeat_action", "signals"]
