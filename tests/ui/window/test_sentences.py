"""Sentences in the window: the keys go from one to the next, choose, hear and show one alone, and back."""

from intermezzo.ui.selection import Selection

PAGE = "# One\n\nHail, a hero. Is he near?\n\n# Two\n\nNo: he is not.\n"


def test_keys_go_from_sentence_to_sentence_and_from_chapter_to_chapter(rig) -> None:
    window, workspace = rig.converted(PAGE).studio.window, rig.studio.workspace
    starts = [s.start * workspace.sketch.type.hop_s for s in window.sentences.all]
    assert len(starts) == 5 and [c.title for c in window.sentences.chapters] == ["One", "Two"]
    workspace.set_playhead(0.0)
    for wanted in (1, 2, 3, 4, 4):
        window.book["next_sentence"].trigger()
        assert workspace.playhead_s == starts[wanted]
    window.book["previous_sentence"].trigger()
    assert workspace.playhead_s == starts[3]
    workspace.set_playhead(starts[3] + 0.35)
    window.book["previous_sentence"].trigger()
    assert workspace.playhead_s == starts[3]
    window.book["previous_chapter"].trigger()
    window.book["previous_chapter"].trigger()
    assert workspace.playhead_s == 0.0
    window.book["next_chapter"].trigger()
    assert workspace.playhead_s == starts[3]


def test_a_sentence_is_selected_played_and_shown_alone_and_the_page_comes_back(rig) -> None:
    window, workspace = rig.converted(PAGE).studio.window, rig.studio.workspace
    second, hop_s = window.sentences.all[1], workspace.sketch.type.hop_s
    workspace.set_playhead((second.start + 3) * hop_s)
    window.book["select_sentence"].trigger()
    assert workspace.selection == Selection(None, second.start, second.stop)
    window.book["play_sentence"].trigger()
    assert rig.player.calls[-1] == ("play", second.start * hop_s, second.stop * hop_s)
    view = workspace.view
    before = view.start_s, view.stop_s
    window.book["zoom_sentence"].trigger()
    assert view.start_s <= second.start * hop_s and view.stop_s >= second.stop * hop_s
    assert view.stop_s - view.start_s < 1.2 * (second.stop - second.start) * hop_s
    window.book["zoom_sentence"].trigger()
    assert abs(view.start_s - before[0]) < 1e-6 and abs(view.stop_s - before[1]) < 1e-6


def test_without_a_sketch_nothing_happens(rig) -> None:
    sentences = rig.studio.window.sentences
    assert sentences.all == () and sentences.current() is None
    sentences.step(1)
    sentences.select()
    sentences.play()
    sentences.toggle_alone()
    assert not rig.player.calls
