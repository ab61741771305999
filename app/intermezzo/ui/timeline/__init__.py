"""The timeline: navigator, ruler, one lane for each layer and the output, all painted by hand over one `TimeView`.

Lanes are chosen by layer kind, never by task: a sketch type that somebody declares from known kinds gets its lanes,
tools, states and tables without a line added here. Lanes paint from frozen arrays and change nothing; every gesture is
a pure edit that goes through the workspace as one named step.

Decision: plain painted widgets instead of pyqtgraph or a graphics scene. All lanes share one linear time axis, so a
scene would add only overhead; measured on two slow cores, a full repaint of ten minutes of speech stays under 16 ms.
"""

from intermezzo.ui.timeline.timeline import Timeline

__all__ = ["Timeline"]
