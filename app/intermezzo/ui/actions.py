"""All actions of the studio as one table: menus, palette, shortcuts and buttons are made from it.

An action says what it is called, which keys it has by default and what must be there for it; what it does is handed to
`ActionBook` by id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP

__all__ = ["ACTIONS", "LANE_MENU", "MENUS", "N_FOLDS", "N_TAKES", "ActionSpec", "When", "spec_of"]

When = Literal[
    "always",
    "grid",
    "film",
    "playable",
    "output",
    "source",
    "sketch",
    "selection",
    "sound",
    "undo",
    "redo",
    "dirty",
    "stages",
    "curve",
    "span",
    "takes",
    "choices",
    "dropped",
    "trainable",
    "followable",
    "sayable",
    "markable",
    "notes",
    "follows",
    "score",
    "findings",
    "beats",
    "sendable",
    "behind",
]
Menu = Literal["File", "Edit", "View", "Sketch", "Stage", "Help", ""]

LANE_MENU: Final = (
    "play_selection", "copy", "paste", "erase_selection", "lock_selection", "resample", "sample_selection", "smooth",
    "vibrato", "snap_now",
)  # fmt: skip
"""Actions on the selection that every lane offers in its context menu."""
MENUS: Final[tuple[Menu, ...]] = ("File", "Edit", "View", "Sketch", "Stage", "Help")


@dataclass(frozen=True)
class ActionSpec:
    """One action: ``title`` untranslated, default ``keys`` portable ("Ctrl+E"), ``when`` it makes sense.

    ``menu`` and ``group`` place it (a rule is drawn between groups); an action without a menu is in the palette only.
    ``checkable`` actions show a state; ``repeats`` while the key is held; ``tool`` is the tool that it takes in hand.
    """

    id: str
    title: str
    menu: Menu = ""
    group: int = 0
    keys: tuple[str, ...] = ()
    icon: str = ""
    when: When = "always"
    help: str = ""
    checkable: bool = False
    repeats: bool = False
    tool: str = ""


def _a(
    id_: str, title: str, menu: Menu = "", group: int = 0, keys: str = "", icon: str = "", when: When = "always",
    help_: str = "", *, check: bool = False, repeat: bool = False, tool: str = "",
) -> ActionSpec:  # fmt: skip
    return ActionSpec(id_, title, menu, group, tuple(keys.split()), icon, when, help_, check, repeat, tool)


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Actions", text))


# fmt: off
_TABLE: Final[tuple[ActionSpec, ...]] = (
    _a("new", _t("New"), "File", 0, "Ctrl+N", "file"),
    _a("open", _t("Open…"), "File", 0, "Ctrl+O", "folder-open", help_=_t("A project, sketch, text or recording")),
    _a("welcome", _t("Welcome page"), "File", 0, "", "star"),
    _a("save", _t("Save"), "File", 1, "Ctrl+S", "floppy-disk"),
    _a("save_as", _t("Save as…"), "File", 1, "Ctrl+Shift+S"),
    _a("rename", _t("Rename project…"), "File", 1, "F2"),
    _a("import", _t("Import text, recording or score…"), "File", 2, "Ctrl+I", "download-simple"),
    _a("import_labels", _t("Import labels or pitch…"), "File", 2, "Ctrl+Alt+I", "", "sketch",
       _t("TextGrid, lab, subtitles, PitchTier, tables")),
    _a("export", _t("Export sound…"), "File", 2, "Ctrl+E", "export", "output",
       _t("WAV, FLAC, OGG or MP3; of a picture PNG, WebP, an icon or SVG; of a film GIF, APNG, WebP, MP4 or WebM")),
    _a("export_takes", _t("Export takes…"), "File", 2, "Ctrl+Shift+E", "stack-simple", "sound",
       _t("Chosen takes, a file for each, with labels, called after a pattern")),
    _a("export_labels", _t("Export labels…"), "File", 2, "Ctrl+Alt+E", "", "sketch",
       _t("TextGrid, lab, Audacity, SRT, VTT, JSON, PitchTier, tables")),
    _a("export_sketch", _t("Export sketch…"), "File", 2, "", "file", "sketch"),
    _a("export_picture", _t("Export picture of the sketch…"), "File", 2, "", "image", "sketch"),
    _a("export_score", _t("Export score…"), "File", 2, "Ctrl+Alt+S", "printer", "score",
       _t("PDF, MusicXML, MIDI, ABC, OpenUtau, chord chart, SVG, several at once")),
    _a("queue", _t("Render queue…"), "File", 2, "Ctrl+Shift+J", "stack-simple",
       help_=_t("Exports and batches that are made while you go on working")),
    _a("queue_stage", _t("Queue the export of this stage…"), "File", 2, "", "plus", "sketch"),
    _a("close", _t("Close project"), "File", 3, "Ctrl+W"),
    _a("quit", _t("Quit"), "File", 3, "Ctrl+Q"),

    _a("undo", _t("Undo"), "Edit", 0, "Ctrl+Z", "arrow-u-up-left", "undo", repeat=True),
    _a("redo", _t("Redo"), "Edit", 0, "Ctrl+Shift+Z Ctrl+Y", "arrow-u-up-right", "redo", repeat=True),
    _a("copy", _t("Copy"), "Edit", 1, "Ctrl+C", "copy", "selection",
       _t("Copies the chosen notes, or a stretch of a matrix")),
    _a("paste", _t("Paste"), "Edit", 1, "Ctrl+V", "clipboard", "sketch"),
    _a("erase_selection", _t("Back to the prediction"), "Edit", 1, "Delete Backspace", "eraser", "selection",
       _t("Takes hand edits in the selection back; locked parts stay")),
    _a("select_all", _t("Select all"), "Edit", 2, "Ctrl+A", "", "sketch"),
    _a("select_sentence", _t("Select the sentence"), "Edit", 2, "Shift+W", "text-aa", "sketch"),
    _a("select_none", _t("Select nothing"), "Edit", 2, "Ctrl+Shift+A", "", "selection"),
    _a("lock_selection", _t("Lock or unlock the selection"), "Edit", 3, "Shift+Q", "lock", "selection"),
    _a("mark_pause", _t("Insert a pause"), "Edit", 5, "Ctrl+Shift+P", "timer", "markable",
       _t("A mark in the source text, behind the selection")),
    _a("mark_emphasis", _t("Emphasise"), "Edit", 5, "Ctrl+B", "text-aa", "markable",
       _t("Marks the selection in the source text; again: strongly, then not at all")),
    _a("mark_sounds", _t("Say as…"), "Edit", 5, "Ctrl+Shift+F2", "translate", "markable",
       _t("Puts the sounds of the selection into the source text")),
    _a("say_differently", _t("Say this word differently…"), "Edit", 4, "Shift+F2", "book-open", "sayable",
       _t("Its sounds, only here, in this project, or always")),
    _a("dictionary", _t("Pronunciations…"), "Edit", 4, "", "book-open", "always",
       _t("How words are said, for all projects and for this one")),
    _a("preferences", _t("Preferences…"), "Edit", 6, "Ctrl+,", "gear"),

    _a("palette", _t("Search actions and words…"), "View", 0, "Ctrl+K", "magnifying-glass"),
    _a("panels", _t("Hide or show the panels"), "View", 0, "Ctrl+\\", "columns"),
    _a("inspector", _t("Hide or show the inspector"), "View", 0, "Ctrl+Shift+I", "sliders-horizontal"),
    _a("next_panel", _t("Next panel"), "View", 0, "F6"),
    _a("previous_panel", _t("Previous panel"), "View", 0, "Shift+F6"),
    _a("zoom_in", _t("Zoom in"), "View", 1, "Ctrl++ Ctrl+=", "magnifying-glass-plus", "sketch", repeat=True),
    _a("zoom_out", _t("Zoom out"), "View", 1, "Ctrl+-", "magnifying-glass-minus", "sketch", repeat=True),
    _a("zoom_selection", _t("Zoom to the selection"), "View", 1, "Z", "selection", "selection"),
    _a("zoom_sentence", _t("Show the sentence alone, or the page again"), "View", 1, "W", "text-aa", "sketch"),
    _a("zoom_all", _t("Show all"), "View", 1, "0", "arrows-out", "sketch"),
    _a("table", _t("Open the lane as a table"), "View", 2, "F4", "rows", "sketch"),
    _a("snap", _t("Snap to semitones"), "View", 2, "", "magnet", check=True),
    _a("ghost", _t("Ghost of the next take"), "View", 2, "Shift+G", "ghost", "sketch",
       _t("Lays another take over the lanes, dashed in its colour")),
    _a("snap_scale", _t("Snap notes to the scale"), "View", 2, "", "magnet", "notes", check=True),
    _a("snap_chord", _t("Snap notes to the chord"), "View", 2, "", "magnet", "notes", check=True),
    _a("follow_edits", _t("The rest follows edits"), "View", 2, "Ctrl+Shift+L", "link", "follows",
       _t("What an edit governs is made anew: notes by their template, frames by what moves in them"),
       check=True),
    _a("hear_edits", _t("Hear edits at once"), "View", 2, "", "ear", check=True),
    _a("score", _t("Score under the lanes"), "View", 2, "", "music-notes", "score", check=True),
    _a("theme_dark", _t("Dark theme"), "View", 3, "", "moon"),
    _a("theme_light", _t("Light theme"), "View", 3, "", "sun"),
    _a("theme_system", _t("Theme of the system"), "View", 3, "", "desktop"),
    _a("full_screen", _t("Full screen"), "View", 3, "F11", "arrows-out"),

    _a("tool_select", _t("Select"), "Sketch", 0, "V", "cursor", tool="select", help_=_t("Selects elements and time")),
    _a("tool_draw", _t("Draw"), "Sketch", 0, "D", "pencil-simple", tool="draw", help_=_t("Draws values freehand")),
    _a("tool_line", _t("Line"), "Sketch", 0, "N", "line-segment", tool="line", help_=_t("Draws a straight line")),
    _a("tool_paint", _t("Paint"), "Sketch", 0, "B", "paint-brush", tool="paint",
       help_=_t("Adds decibels under the brush")),
    _a("tool_erase", _t("Erase"), "Sketch", 0, "E", "eraser", tool="erase", help_=_t("Brings the prediction back")),
    _a("tool_smooth", _t("Smooth"), "Sketch", 0, "S", "waves", tool="smooth", help_=_t("Pulls values to their mean")),
    _a("tool_stretch", _t("Stretch"), "Sketch", 0, "T", "arrows-left-right", tool="stretch",
       help_=_t("Moves boundaries")),
    _a("tool_split", _t("Split"), "Sketch", 0, "X", "scissors", "notes", tool="split", help_=_t("Cuts notes in two")),
    _a("tool_glue", _t("Glue"), "Sketch", 0, "G", "link-simple", "notes", tool="glue", help_=_t("Makes one of notes")),
    _a("tool_pick", _t("Pick"), "Sketch", 0, "I", "eyedropper", "grid", tool="pick",
       help_=_t("Puts the code of a token on the brush")),
    _a("tool_fill", _t("Fill"), "Sketch", 0, "F", "paint-bucket", "grid", tool="fill",
       help_=_t("Sets all tokens of one code that hang together")),
    _a("tool_mask", _t("Mask"), "Sketch", 0, "M", "selection", "grid", tool="mask",
       help_=_t("Masks a rectangle of tokens; Shift adds, Alt takes away")),
    _a("tool_lasso", _t("Lasso"), "Sketch", 0, "Shift+M", "polygon", "grid", tool="lasso",
       help_=_t("Masks the tokens inside a line")),
    _a("tool_move", _t("Move"), "Sketch", 0, "Shift+V", "arrows-out-cardinal", "grid", tool="move",
       help_=_t("Moves the masked tokens")),
    _a("tool_clone", _t("Clone"), "Sketch", 0, "Shift+B", "crosshair", "grid", tool="clone",
       help_=_t("Copies tokens under the brush from where Alt+click set the source")),
    _a("tool_lock", _t("Lock"), "Sketch", 0, "Q", "lock-simple", tool="lock",
       help_=_t("Locks the selection, or what is brushed")),
    _a("convert", _t("Convert"), "Sketch", 1, "Ctrl+Return Ctrl+Enter", "sparkle", "source",
       _t("Makes the sketch from the source; edits are kept where they still apply")),
    _a("vary", _t("Convert with another seed"), "Sketch", 1, "Ctrl+Shift+Return", "shuffle", "source"),
    _a("resample", _t("Re-sample the selection"), "Sketch", 1, "R", "arrows-clockwise", "selection",
       _t("Predicts the selection again with another seed")),
    _a("sample_takes", _t("Sample more takes"), "Sketch", 1, "", "stack-simple", "source",
       _t("More ways to say all of it; the sketch stays")),
    _a("sample_selection", _t("Sample takes of the selection"), "Sketch", 1, "Shift+R", "stack-simple", "selection",
       _t("More ways to say the selected stretch; the sketch stays")),
    _a("copy_intonation", _t("Copy intonation from a recording…"), "Sketch", 1, "Ctrl+Shift+M", "microphone",
       "followable", _t("Timing, melody and loudness of a recording of the same words")),
    _a("bring_back", _t("Bring back all edits that were not kept"), "Sketch", 1, "", "arrow-counter-clockwise",
       "dropped", _t("Puts them on the words that stand in their places")),
    _a("dismiss_dropped", _t("Let go of all edits that were not kept"), "", 0, "", "x", "dropped"),
    _a("up", _t("Shift up by one step"), "Sketch", 2, "Up", "arrow-up", "selection", repeat=True),
    _a("down", _t("Shift down by one step"), "Sketch", 2, "Down", "arrow-down", "selection", repeat=True),
    _a("up_more", _t("Shift up an octave or ten steps"), "Sketch", 2, "Shift+Up", "", "selection", repeat=True),
    _a("down_more", _t("Shift down an octave or ten steps"), "Sketch", 2, "Shift+Down", "", "selection", repeat=True),
    _a("widen", _t("Widen the movement"), "Sketch", 2, "", "chart-line", "curve"),
    _a("flatten", _t("Flatten the movement"), "Sketch", 2, "", "minus", "curve"),
    _a("smooth", _t("Smooth the selection"), "Sketch", 2, "", "waves", "curve"),
    _a("vibrato", _t("Add vibrato"), "Sketch", 2, "", "activity", "curve"),
    _a("snap_now", _t("Pull to semitones"), "Sketch", 2, "", "magnet", "curve"),
    _a("silence", _t("Make silent in this curve"), "Sketch", 2, "", "prohibit", "curve"),
    _a("fill", _t("Fill gaps in this curve"), "Sketch", 2, "", "path", "curve"),
    _a("longer", _t("Longer by one step"), "Sketch", 3, "Ctrl+Right", "", "span", repeat=True),
    _a("shorter", _t("Shorter by one step"), "Sketch", 3, "Ctrl+Left", "", "span", repeat=True),
    _a("reset_lengths", _t("Lengths back to the prediction"), "Sketch", 3, "", "timer", "selection"),
    _a("quantise", _t("Quantise"), "Sketch", 6, "U", "magnet", "notes",
       _t("Pulls the beginnings and ends of the chosen notes, or of all, to the grid")),
    _a("quantise_half", _t("Quantise halfway"), "Sketch", 6, "Shift+U", "", "notes"),
    _a("fit_scale", _t("Fit to the scale"), "Sketch", 6, "", "magnet", "notes"),
    _a("fit_chord", _t("Fit to the chord"), "Sketch", 6, "", "magnet", "notes"),
    _a("transpose_up", _t("Transpose the tune up"), "Sketch", 6, "Ctrl+Alt+Up", "arrow-up", "notes",
       _t("A semitone, all notes with their keys and chords"), repeat=True),
    _a("transpose_down", _t("Transpose the tune down"), "Sketch", 6, "Ctrl+Alt+Down", "arrow-down", "notes",
       repeat=True),
    _a("hold_syllable", _t("Hold the first syllable over the chosen notes"), "Sketch", 6, "", "text-aa", "notes"),
    _a("write_verse", _t("Write the copied verse over the notes"), "Sketch", 6, "Ctrl+Shift+V", "clipboard-text",
       "notes", _t("A syllable on each note: - parts syllables, _ holds, + spreads a word")),
    _a("vary_tokens", _t("Vary the least sure tokens"), "Sketch", 7, "Ctrl+Alt+R", "shuffle", "grid",
       _t("Makes one in eight anew, the least sure first")),
    _a("mirror_tokens", _t("Mirror tokens left and right"), "Sketch", 7, "Ctrl+Alt+H", "arrows-left-right", "grid",
       _t("The masked tokens; all where nothing is masked")),
    _a("turn_over_tokens", _t("Mirror tokens top and bottom"), "Sketch", 7, "Ctrl+Alt+V", "swap", "grid"),
    _a("copy_frame_on", _t("Copy tokens to the next frame"), "Sketch", 7, "Ctrl+Alt+Right", "copy", "film",
       _t("The masked tokens, or all of them")),
    _a("all_frames", _t("Edit all frames"), "Sketch", 7, "Ctrl+Alt+A", "film-strip", "film",
       _t("Strokes, fills, pastes, locks and masks act in every frame"), check=True),
    _a("onion", _t("Onion skin: more frames, or none"), "View", 2, "Ctrl+Alt+O", "stack-simple", "film",
       _t("Frames before and after shine through")),
    _a("nearest_code", _t("Nearest code to a colour…"), "Sketch", 7, "Ctrl+Alt+C", "eyedropper", "grid",
       _t("Puts the code on the brush that is nearest to a colour")),
    _a("next_finding", _t("Next thing to mend"), "Sketch", 5, "F8", "warning", "findings",
       _t("Notes against their chord, stress against the beat, no time to breathe")),
    _a("previous_finding", _t("Previous thing to mend"), "Sketch", 5, "Shift+F8", "", "findings"),
    _a("mend", _t("Mend it"), "Sketch", 5, "Ctrl+.", "first-aid-kit", "findings",
       _t("The first way of the finding in hand")),
    _a("brush_bigger", _t("Bigger brush"), "Sketch", 4, "]", "", repeat=True),
    _a("brush_smaller", _t("Smaller brush"), "Sketch", 4, "[", "", repeat=True),
    _a("brush_stronger", _t("Stronger brush"), "Sketch", 4, "Shift+] }", "", repeat=True),
    _a("brush_weaker", _t("Weaker brush"), "Sketch", 4, "Shift+[ {", "", repeat=True),

    _a("play", _t("Play or pause"), "Stage", 0, "Space", "play", "playable"),
    _a("play_selection", _t("Play the selection"), "Stage", 0, "Shift+Space", "", "sound"),
    _a("play_back", _t("Back by one second"), "Stage", 0, "J", "rewind", "sound", repeat=True),
    _a("play_stop", _t("Stop"), "Stage", 0, "K", "stop", "sound"),
    _a("play_forward", _t("Play, or on by one second"), "Stage", 0, "L", "fast-forward", "sound"),
    _a("to_start", _t("To the start"), "Stage", 1, "Home", "skip-back", "sketch"),
    _a("to_end", _t("To the end"), "Stage", 1, "End", "skip-forward", "sketch"),
    _a("frame_back", _t("One frame back"), "Stage", 1, ",", "", "sketch", repeat=True),
    _a("frame_on", _t("One frame on"), "Stage", 1, ".", "", "sketch", repeat=True),
    _a("loop", _t("Loop"), "Stage", 1, "C", "repeat", "sketch", _t("Loops the selection, or all"), check=True),
    _a("metronome", _t("Metronome"), "Stage", 1, "Shift+C", "timer", "beats",
       _t("Clicks on the beats while a tune plays; exports have none"), check=True),
    _a("count_in", _t("Count in"), "Stage", 1, "", "", "beats", _t("Clicks one bar before a tune plays"), check=True),
    _a("record_midi", _t("Record from a MIDI keyboard"), "Stage", 1, "Ctrl+R", "record", "beats",
       _t("What you play while the tune runs becomes notes when it stops"), check=True),
    _a("compare", _t("Switch between A and B"), "Stage", 1, "A", "arrows-left-right", "sketch",
       _t("Hears the sketch, or a take or the state before the last change")),
    _a("mute", _t("Mute"), "Stage", 1, "", "speaker-slash", check=True),
    _a("next_sentence", _t("Next sentence"), "Stage", 2, "Alt+Down", "", "sketch", repeat=True),
    _a("previous_sentence", _t("Previous sentence"), "Stage", 2, "Alt+Up", "", "sketch", repeat=True),
    _a("next_chapter", _t("Next chapter"), "Stage", 2, "Alt+Shift+Down", "", "sketch",
       _t("Chapters begin at the headings of the text")),
    _a("previous_chapter", _t("Previous chapter"), "Stage", 2, "Alt+Shift+Up", "", "sketch"),
    _a("play_sentence", _t("Play the sentence"), "Stage", 2, "P", "play", "sound"),
    _a("next_stage", _t("Next stage"), "Stage", 3, "Ctrl+PgDown", "", "stages"),
    _a("previous_stage", _t("Previous stage"), "Stage", 3, "Ctrl+PgUp", "", "stages"),
    _a("send_to", _t("Send to"), "Stage", 3, "Ctrl+Shift+D", "arrow-right", "sendable",
       _t("What this stage gives, or its text, becomes the source of another engine: animate it, give it a sound")),
    _a("take_new", _t("Take what is new in the stage before"), "Stage", 3, "Ctrl+Alt+D", "arrow-right", "behind",
       _t("What it gives now becomes the source of this stage; what you edited here is kept where it still applies")),
    _a("train", _t("Train with your own recordings…"), "Stage", 4, "", "user", "trainable",
       _t("Learns from a folder of recordings; the studio stays usable meanwhile")),
    _a("plugins", _t("Engines and plugins…"), "Stage", 4, "", "puzzle-piece"),
    _a("models", _t("Local models…"), "Stage", 4, "", "folder-open", "always",
       _t("Checkpoints of your own: which engine takes each, and why others do not")),
    _a("check", _t("Measure the promises of this engine"), "Stage", 4, "", "shield-check", "stages"),

    _a("help", _t("Help on what has the focus"), "Help", 0, "F1", "question"),
    _a("shortcuts", _t("Keyboard shortcuts"), "Help", 0, "?", "keyboard"),
    _a("tour", _t("A short tour"), "Help", 0, "", "graduation-cap"),
    _a("log", _t("Log and report…"), "Help", 1, "", "terminal-window"),
    _a("about", _t("About Intermezzo"), "Help", 1, "", "info"),
    _a("cancel", _t("Cancel what runs"), "", 0, "Esc", "x"),
)
# fmt: on

N_FOLDS: Final = 9
N_TAKES: Final = 9
ACTIONS: Final[tuple[ActionSpec, ...]] = (
    *_TABLE,
    *(
        _a(f"fold_{k}", _t("Fold or unfold a lane") + f" {k}", "", 0, f"Ctrl+{k}", "", "sketch")
        for k in range(1, N_FOLDS + 1)
    ),
    *(
        _a(
            f"hear_take_{k}",
            _t("Hear take") + f" {k}",
            "",
            0,
            f"{k}",
            "play",
            "choices",
            _t("Of a chord: uses the model's choice of this number"),
        )
        for k in range(1, N_TAKES + 1)
    ),
    *(
        _a(
            f"use_take_{k}",
            _t("Use take") + f" {k}",
            "",
            0,
            f"Shift+{k}",
            "stack-simple",
            "takes",
            _t("Puts it into the selection, or everywhere"),
        )
        for k in range(1, N_TAKES + 1)
    ),
)


def spec_of(action_id: str) -> ActionSpec:
    """Return the action of an id; raises KeyError if there is none."""
    for spec in ACTIONS:
        if spec.id == action_id:
            return spec
    raise KeyError(action_id)
