"""Playback: a stale-aware sound, a player over PortAudio, its devices and its level meter; knows no Qt."""
