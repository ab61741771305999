"""The converter's network is local, blind to padding, and places frames where durations say."""

import torch

from intermezzo_engines.speech.frontend import SpokenPhone, phone_inputs
from intermezzo_engines.speech.model import VOICES, ConverterNet, Targets, centre_weights, frame_positions, spread
from intermezzo_engines.speech.phones import PAUSE, SYMBOLS

torch.manual_seed(0)
NET = ConverterNet().eval()


def encoded(labels: list[str], pad: int = 0) -> torch.Tensor:
    inputs = phone_inputs([SpokenPhone(PAUSE, -1, "", "start"), *[SpokenPhone(label, 0, "x") for label in labels]])
    n = len(inputs)
    names = ("symbol", "stress", "place", "weak", "mark")
    tensors = {name: torch.nn.functional.pad(torch.from_numpy(getattr(inputs, name)), (0, pad)) for name in names}
    tensors["distance"] = torch.nn.functional.pad(torch.from_numpy(inputs.distance), (0, 0, 0, pad))
    mask = (torch.arange(n + pad) < n).float().reshape(1, -1, 1)
    with torch.inference_mode():
        x = {name: t.unsqueeze(0) for name, t in tensors.items()}
        return NET.colour.phones(**x, voice=torch.eye(len(VOICES) + 1)[:1], mask=mask)


def test_frames_know_their_phone_and_their_place_in_it() -> None:
    index, position = frame_positions(torch.tensor([2, 3, 1]))
    assert index.tolist() == [0, 0, 1, 1, 1, 2]
    assert position.shape == (6, 6)
    assert torch.allclose(position[3, 0], torch.tensor(0.0))  # the middle of the middle phone
    assert torch.allclose(position[:, 4], torch.log(torch.tensor([2.0, 2, 3, 3, 3, 1])) - 2)


def test_spread_repeats_encodings() -> None:
    phones = torch.arange(6.0).reshape(1, 3, 2)
    index, position = frame_positions(torch.tensor([1, 2, 1]))
    frames = spread(phones, index.unsqueeze(0), position.unsqueeze(0))
    assert frames[0, :, :2].tolist() == [[0, 1], [2, 3], [2, 3], [4, 5]]


def test_a_phone_reaches_twelve_phones_and_no_further() -> None:
    labels = [SYMBOLS[1 + k % 30] for k in range(60)]
    changed = [*labels]
    changed[30] = "m"
    difference = (encoded(labels) - encoded(changed)).abs().amax(-1)[0]
    assert difference[31] > 1e-3
    assert difference[31 - 12 : 31 + 13].min() >= 0
    assert difference[: 31 - 12].max() == 0
    assert difference[31 + 13 :].max() == 0


def test_padding_changes_nothing() -> None:
    labels = [SYMBOLS[1 + k % 30] for k in range(20)]
    assert torch.allclose(encoded(labels), encoded(labels, pad=7)[:, :21], atol=1e-5)


def test_every_head_has_its_shape_and_bounded_doubt() -> None:
    x = encoded(["m", "ˈi"])
    durations = torch.tensor([3, 4, 5])
    index, position = frame_positions(durations)
    frames = spread(x, index.unsqueeze(0), position.unsqueeze(0))
    nothing = torch.zeros(1, 3, 3)
    with torch.inference_mode():
        mean, log_var = NET.prosody.reading(x, nothing, nothing)
        places = [y.unsqueeze(0) for y in (index, *centre_weights(durations))]
        curves = NET.prosody.curves(frames, Targets.of(mean[..., 1:], *places), torch.zeros(1, 12, 5))
        prosody = torch.stack([curves.pitch, curves.voicing.sigmoid().round(), curves.energy], -1)
        spectrum = NET.colour(frames, prosody, torch.zeros(1, 12, 106), torch.zeros(1, 105))
    assert mean.shape == log_var.shape == (1, 3, 3)
    assert spectrum.shape == (1, 12, 105)
    assert (curves.pitch_log_var.abs() <= 6).all()
    assert (log_var.abs() <= 6).all()


def test_only_known_values_are_looked_at() -> None:
    x = encoded(["m", "ˈi", "n"])
    known = torch.zeros(1, 4, 3)
    known[0, 1] = 1
    values = torch.randn(1, 4, 3)
    others = torch.where(known > 0, values, torch.randn(1, 4, 3))
    told = torch.where(known > 0, values + 1, values)
    with torch.inference_mode():
        mean = NET.prosody.reading(x, values, known)[0]
        assert torch.equal(mean, NET.prosody.reading(x, others, known)[0])
        assert not torch.allclose(mean, NET.prosody.reading(x, told, known)[0])


def test_targets_run_from_centre_to_centre_and_stay_flat_outside() -> None:
    left, right, share = centre_weights(torch.tensor([2, 4, 2]))
    values = torch.tensor([[[0.0, 0], [6, 6], [0, 0]]])
    index, _ = frame_positions(torch.tensor([2, 4, 2]))
    targets = Targets.of(values, *(x.unsqueeze(0) for x in (index, left, right, share)))
    assert targets.own[0, :, 0].tolist() == [0, 0, 6, 6, 6, 6, 0, 0]
    assert targets.between[0, :, 0].tolist() == [0, 1, 3, 5, 5, 3, 1, 0]
