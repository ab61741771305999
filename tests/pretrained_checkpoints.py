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


def save_encodec(folder: Path, **config: Any) -> Path:
    """Write an EncodecModel of 60 thousand weights: 16 codes on three levels, a frame of 8 samples at 8 kHz."""
    import torch
    from transformers import EncodecConfig, EncodecModel

    small = {
        "sampling_rate": 8_000, "upsampling_ratios": [4, 2], "num_filters": 4, "hidden_size": 16, "codebook_size": 16,
        "codebook_dim": 16, "target_bandwidths": [12.0], "num_lstm_layers": 1,
    }  # fmt: skip
    torch.manual_seed(7)
    model = EncodecModel(EncodecConfig(**{**small, **config}))
    with torch.no_grad():
        for level in model.quantizer.layers:
            level.codebook.embed.normal_(0, 0.3)
    save(model, folder)
    return folder


def save_dac(folder: Path, **config: Any) -> Path:
    """Write a DacModel of 40 thousand weights: 16 codes on two levels, a frame of 64 samples at 16 kHz."""
    import torch
    from transformers import DacConfig, DacModel

    small = {
        "sampling_rate": 16_000, "downsampling_ratios": [8, 8], "upsampling_ratios": [8, 8],
        "encoder_hidden_size": 4, "decoder_hidden_size": 32, "n_codebooks": 2, "codebook_size": 16, "codebook_dim": 4,
    }  # fmt: skip
    torch.manual_seed(9)
    save(DacModel(DacConfig(**{**small, **config})), folder)
    return folder


def save_vq(folder: Path, **config: Any) -> Path:
    """Write a VQModel of 24 codes whose cells are 4 pixels, as aMUSEd has it: codes looked up, colours from 0 to 1."""
    import torch
    from diffusers import VQModel

    small = {
        "block_out_channels": (8, 8, 8), "down_block_types": ("DownEncoderBlock2D",) * 3, "latent_channels": 4,
        "up_block_types": ("UpDecoderBlock2D",) * 3, "num_vq_embeddings": 24, "norm_num_groups": 4, "vq_embed_dim": 4,
        "mid_block_add_attention": False, "lookup_from_codebook": True,
    }  # fmt: skip
    torch.manual_seed(11)
    model = VQModel(**{**small, **config})
    with torch.no_grad():
        model.quantize.embedding.weight.normal_(0, 1)
    model.save_pretrained(folder)
    return folder


def save_amused(folder: Path, *, reads: bool = True) -> Path:
    """Write an aMUSEd of 50 thousand weights for pictures of 4 x 4 cells; ``reads``: with a text encoder."""
    import torch
    from diffusers import UVit2DModel
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    save_vq(folder / "vqvae")
    torch.manual_seed(13)
    UVit2DModel(
        hidden_size=16, cond_embed_dim=8, micro_cond_encode_dim=4, micro_cond_embed_dim=20, encoder_hidden_size=8,
        vocab_size=26, codebook_size=24, in_channels=16, block_out_channels=16, num_res_blocks=1, block_num_heads=2,
        num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, sample_size=4,
    ).save_pretrained(folder / "transformer")  # fmt: skip
    index: dict[str, Any] = {
        "_class_name": "AmusedPipeline", "vqvae": ["diffusers", "VQModel"], "transformer": ["diffusers", "UVit2DModel"],
        "scheduler": ["diffusers", "AmusedScheduler"],
    }  # fmt: skip
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps({"mask_token_id": 25}))
    if reads:
        pieces = ["<|startoftext|>", "<|endoftext|>", *(f"{letter}</w>" for letter in "abcdefgh"), *"abcdefgh"]
        encoder = CLIPTextConfig(
            vocab_size=len(pieces), hidden_size=8, intermediate_size=8, projection_dim=8, num_hidden_layers=2,
            num_attention_heads=2, max_position_embeddings=8, bos_token_id=0, eos_token_id=1, pad_token_id=1,
        )  # fmt: skip
        save(CLIPTextModelWithProjection(encoder), folder / "text_encoder")
        (folder / "tokenizer").mkdir()
        (folder / "tokenizer" / "vocab.json").write_text(json.dumps({piece: n for n, piece in enumerate(pieces)}))
        (folder / "tokenizer" / "merges.txt").write_text("#version: 0.2\n")
        told = {"model_max_length": 8, "tokenizer_class": "CLIPTokenizer", "unk_token": "<|endoftext|>"}
        (folder / "tokenizer" / "tokenizer_config.json").write_text(json.dumps(told))
        index |= {
            "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
        }
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def save_kl(folder: Path, **config: Any) -> Path:
    """Write an AutoencoderKL of four channels whose cells are 4 pixels."""
    import torch
    from diffusers import AutoencoderKL

    small = {
        "block_out_channels": (8, 8, 8), "down_block_types": ("DownEncoderBlock2D",) * 3, "norm_num_groups": 4,
        "up_block_types": ("UpDecoderBlock2D",) * 3, "latent_channels": 4,
        "scaling_factor": 2.0,  # so that its latents have about unit spread, as those of trained ones
    }  # fmt: skip
    torch.manual_seed(17)
    AutoencoderKL(**{**small, **config}).save_pretrained(folder)
    return folder
