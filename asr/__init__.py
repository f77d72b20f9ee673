"""Sound to text: resampling, voice activity, utterances, and Whisper on no more context than they need."""
