"""Preferences: a window of choices that apply at once and are kept; and what computes on this machine."""

from intermezzo.ui.preferences.room import PreferencesRoom

__all__ = ["PreferencesRoom"]
