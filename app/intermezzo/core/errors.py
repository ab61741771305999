"""The one tree of errors; every message says what happened and what to do, in words a musician understands.

IntermezzoError             exit status 2 unless said otherwise
+-- SourceError             the source or medium cannot be used
+-- EditError               an edit does not apply here
+-- SketchError             a sketch breaks the rules of its type
+-- FileError               a file cannot be read or written
+-- ParamError              a parameter is unknown or out of range
+-- PluginError             an engine package is broken or missing something
+-- EngineError             an engine failed while working      (exit status 1)
+-- Cancelled               the person stopped the work         (exit status 1)
"""


class IntermezzoError(Exception):
    """Anything that Intermezzo refuses or fails at, told in one line."""

    exit_status = 2


class SourceError(IntermezzoError):
    """The source cannot be used as it is."""


class EditError(IntermezzoError):
    """The edit does not apply to this sketch or touches only locked elements."""


class SketchError(IntermezzoError):
    """A sketch is malformed: wrong shapes, unknown layers or values that are no numbers."""


class FileError(IntermezzoError):
    """A file cannot be read, written or trusted."""


class ParamError(IntermezzoError):
    """A parameter is unknown, of the wrong kind or outside its range."""


class PluginError(IntermezzoError):
    """An engine is missing, broken or asks for something that is not installed."""


class EngineError(IntermezzoError):
    """An engine failed while it worked; the sketch is untouched."""

    exit_status = 1


class Cancelled(IntermezzoError):
    """The person stopped the work."""

    exit_status = 1
