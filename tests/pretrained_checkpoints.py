"""Checkpoints with random weights, small enough to be written for the tests, in the formats that people have."""

import json
from pathlib import Path
from typing import Any

VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
CONSONANTS = (
    "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R", "S", "SH", "T", "TH", "V", "W", "Y",
    "Z", "ZH",
)  # fmt: skip
SMALL_GAN: dict[str, Any] = {"upsample_initial_channel": 32}
TEXT = "Hello there, how are you? I am fine."


def phone_vocabulary() -> dict[str, int]:
    """Return the vocabulary of an ESPnet-like checkpoint."""
    tokens = ["<blank>", "<unk>", *(v + stress for v in VOWELS for stress in "012"), *CONSONANTS, *",.?!", "<sos/eos>"]
    return {token: number for number, token in enumerate(tokens)}


def save_acoustic(folder: Path, *, together: bool = True, gan: dict[str, Any] | None = None, **config: Any) -> Path:
    """Write a FastSpeech2Conformer of 90 thousand weights, with its HiFi-GAN unless ``together`` is False."""
    import torch
    from transformers import (
        FastSpeech2ConformerConfig,
        FastSpeech2ConformerHifiGanConfig,
        FastSpeech2ConformerModel,
        FastSpeech2ConformerWithHifiGan,
        FastSpeech2ConformerWithHifiGanConfig,
    )

    small = {
        "hidden_size": 16, "vocab_size": len(phone_vocabulary()), "encoder_layers": 1, "decoder_layers": 1,
        "encoder_linear_units": 32, "decoder_linear_units": 32, "speech_decoder_postnet_units": 16,
        "speech_decoder_postnet_layers": 2, "duration_predictor_channels": 16, "pitch_predictor_channels": 16,
        "energy_predictor_channels": 16, "pitch_predictor_layers": 1,
    }  # fmt: skip
    torch.manual_seed(3)
    acoustic = FastSpeech2ConformerConfig(**{**small, **config})
    if together:
        vocoder = FastSpeech2ConformerHifiGanConfig(**(gan or SMALL_GAN))
        model = FastSpeech2ConformerWithHifiGan(
            FastSpeech2ConformerWithHifiGanConfig(model_config=acoustic.to_dict(), vocoder_config=vocoder.to_dict())
        )
        heart = model.model
    else:
        model = heart = FastSpeech2ConformerModel(acoustic)
    with torch.no_grad():
        heart.duration_predictor.linear.bias.fill_(2.0)  # about 6 frames a phone
        heart.duration_predictor.linear.weight.mul_(0.3)
        heart.pitch_embed.conv.weight.mul_(30)  # so that a drawn pitch is heard
        heart.energy_embed.conv.weight.mul_(30)
        if together:
            louder(model.vocoder)
    save(model, folder)
    (folder / "vocab.json").write_text(json.dumps(phone_vocabulary()))
    return folder


def save(model: Any, folder: Path) -> None:  # Any: a module of transformers
    """Write a model without a progress bar."""
    import transformers

    transformers.logging.disable_progress_bar()
    model.save_pretrained(folder)


def louder(vocoder: Any) -> None:  # Any: a module of transformers
    """Scale the weights of an untrained HiFi-GAN so that what goes in can be heard in what comes out."""
    vocoder.conv_pre.weight.mul_(12)
    for layer in vocoder.upsampler:
        layer.weight.mul_(12)
    vocoder.conv_post.weight.mul_(12)


def save_vocoder(folder: Path, kind: str = "FastSpeech2ConformerHifiGan", **config: Any) -> Path:
    """Write a HiFi-GAN alone."""
    import torch
    import transformers

    torch.manual_seed(len(kind))
    model = getattr(transformers, kind)(getattr(transformers, f"{kind}Config")(**{**SMALL_GAN, **config}))
    with torch.no_grad():
        louder(model)
    save(model, folder)
    return folder


def save_vits(folder: Path, tokenizer: dict[str, Any] | None = None, **config: Any) -> Path:
    """Write a VITS of 100 thousand weights that reads English letters, as MMS-TTS does."""
    import torch
    from transformers import VitsConfig, VitsModel

    vocabulary = {token: n for n, token in enumerate(["k", " ", *"abcdefghijlmnopqrstuvwxyz'-"])}
    small = {
        "hidden_size": 16, "flow_size": 16, "ffn_dim": 32, "num_hidden_layers": 1, "vocab_size": len(vocabulary),
        "upsample_initial_channel": 32, "spectrogram_bins": 33, "posterior_encoder_num_wavenet_layers": 1,
        "duration_predictor_filter_channels": 16,
    }  # fmt: skip
    torch.manual_seed(5)
    model = VitsModel(VitsConfig(**{**small, **config}))
    with torch.no_grad():
        if model.config.use_stochastic_duration_prediction:
            last = model.duration_predictor.flows[0]  # about 4 frames a token, more or less by chance
            last.translate.fill_(-1.2)
            last.log_scale.fill_(2.0)
        # Untrained it would shout: everything at full scale.
        for layer in model.decoder.upsampler:
            layer.weight.mul_(0.4)
        model.decoder.conv_post.weight.mul_(0.4)
    save(model, folder)
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    told = {"add_blank": True, "normalize": True, "phonemize": False, "is_uroman": False, "language": "eng"}
    (folder / "tokenizer_config.json").write_text(json.dumps({**told, **(tokenizer or {})}))
    return folder
