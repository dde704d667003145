"""Owns the layers that take sounds apart: `STFTSpectrogram` and `MelSpectrogram`."""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal

from pykeras_core import initializers, ops, settings
from pykeras_core.checks import NonNegative, Positive, PositiveInt, Vector, checked, refuse
from pykeras_core.layers.base import Layer
from pykeras_core.layers.data_layer import DataLayer
from pykeras_core.layers.input_spec import InputSpec

__all__ = ["MelSpectrogram", "STFTSpectrogram"]

_BREAK_HERTZ, _SCALE = 700.0, 1127.0  # of the mel scale


class STFTSpectrogram(Layer):
    """Takes sounds apart into frequencies, by convolutions whose kernels can be trained.

    Args:
        mode: `"log"` (default) or `"magnitude"` of the spectrum, `"psd"` for its power, `"real"`,
            `"imag"`, `"angle"`, or `"stft"` for the real and then the imaginary part.
        frame_length: Length of a window.
        frame_step: Distance of windows; default half their length.
        fft_length: Length of a transform; default the power of 2 that a window fits into.
        window: `"hann"` (default) or another one of `initializers.STFT`, an array, or `None`.
        periodic: Whether the window continues periodically.
        scaling: `"density"` (default), `"spectrum"` or `None`.
        padding: `"valid"` (default) or `"same"`.
        expand_dims: Whether channels keep an axis to themselves.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Call arguments:
        inputs: `(batch, time, channels)`, floats.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        mode: Literal["log", "magnitude", "psd", "real", "imag", "angle", "stft"] = "log",
        frame_length: PositiveInt = 256,
        frame_step: PositiveInt | None = None,
        fft_length: PositiveInt | None = None,
        window: str | Vector | None = "hann",
        periodic: bool = False,
        scaling: Literal["density", "spectrum"] | None = "density",
        padding: Literal["valid", "same"] = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        name = "STFTSpectrogram"
        if frame_step is not None and frame_step > frame_length:
            raise refuse(name, "frame_step", f"at most the frame_length {frame_length}", frame_step)
        if fft_length is not None and fft_length < frame_length:
            wanted = f"at least the frame_length {frame_length}"
            raise refuse(name, "fft_length", wanted, fft_length)
        if fft_length is not None and fft_length & (fft_length - 1):
            warnings.warn(
                f"A power of 2 is best as `fft_length`, received {fft_length}.", stacklevel=3
            )
        super().__init__(**kwargs)
        self.mode = mode
        self.frame_length, self.frame_step = frame_length, frame_step
        self.fft_length = fft_length
        self.window, self.periodic, self.scaling = window, periodic, scaling
        self.padding, self.expand_dims = padding, expand_dims
        self.data_format = settings.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=3)
        self._step = frame_step or max(frame_length // 2, 1)
        self._length = fft_length or 2 ** math.ceil(math.log2(frame_length))
        initializers.STFT("real", window, scaling, periodic)  # refuses what it does not know

    def build(self, input_shape: Any) -> None:
        """Makes the kernels."""
        shape = (self.frame_length, 1, self._length // 2 + 1)

        def kernel(side: Literal["real", "imag"]) -> Any:
            given = initializers.STFT(side, self.window, self.scaling, self.periodic)
            return self.add_weight(name=f"{side}_kernel", shape=shape, initializer=given)

        if self.mode != "imag":
            self.real_kernel = kernel("real")
        if self.mode != "real":
            self.imag_kernel = kernel("imag")

    def _part(self, inputs: Any, kernel: Any) -> Any:
        """The convolution of each channel by itself: (batch, channels, frequencies, windows)."""
        first = self.data_format == "channels_first"
        signals = inputs if first else ops.transpose(inputs, (0, 2, 1))
        count, channels, length = signals.shape
        rows = ops.reshape(signals, (count * channels, length, 1))
        found = ops.conv(rows, kernel, self._step, self.padding, "channels_last")
        found = ops.transpose(found, (0, 2, 1))
        return ops.reshape(found, (count, channels, *found.shape[1:]))

    def _arranged(self, found: Any) -> Any:
        count, channels, frequencies, windows = found.shape
        first = self.data_format == "channels_first"
        if self.expand_dims:
            return ops.transpose(found, (0, 1, 3, 2) if first else (0, 3, 2, 1))
        flat = ops.reshape(found, (count, channels * frequencies, windows))
        return flat if first else ops.transpose(flat, (0, 2, 1))

    def call(self, inputs: Any) -> Any:
        """Returns the spectrum of each window."""
        inputs = ops.cast(inputs, "float32")
        real = None if self.mode == "imag" else self._part(inputs, self.real_kernel)
        imag = None if self.mode == "real" else self._part(inputs, self.imag_kernel)
        if self.mode in ("real", "imag"):
            return self._arranged(real if self.mode == "real" else imag)
        if self.mode == "angle":
            return self._arranged(ops.arctan2(imag, real))
        if self.mode == "stft":
            return self._arranged(ops.concatenate([real, imag], axis=2))
        power = ops.square(real) + ops.square(imag)
        if self.mode == "psd":  # what lies above half of the frequencies counts too
            inner = ops.pad(power[:, :, 1:-1], ((0, 0), (0, 0), (1, 1), (0, 0)))
            return self._arranged(power + inner)
        least = settings.epsilon()
        magnitude = self._arranged(ops.sqrt(ops.maximum(power, least)))
        return magnitude if self.mode == "magnitude" else ops.log(ops.maximum(magnitude, least))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the spectra."""
        first = self.data_format == "channels_first"
        count, time, channels = (input_shape[axis] for axis in ((0, 2, 1) if first else (0, 1, 2)))
        frequencies = (self._length // 2 + 1) * (2 if self.mode == "stft" else 1)
        windows = time
        if time is not None:
            room = time if self.padding == "same" else time - self.frame_length + 1
            windows = -(-room // self._step)
        if self.expand_dims:
            return (
                (count, channels, windows, frequencies)
                if first
                else (count, windows, frequencies, channels)
            )
        width = channels * frequencies
        return (count, width, windows) if first else (count, windows, width)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "mode": self.mode,
            "frame_length": self.frame_length,
            "frame_step": self.frame_step,
            "fft_length": self.fft_length,
            "window": self.window,
            "periodic": self.periodic,
            "scaling": self.scaling,
            "padding": self.padding,
            "data_format": self.data_format,
            "expand_dims": self.expand_dims,
        }


class MelSpectrogram(DataLayer):
    """Takes sounds apart into frequencies as people hear them, window by window.

    Args:
        fft_length: Length of a transform.
        sequence_stride: Distance of windows.
        sequence_length: Length of a window; default that of a transform.
        window: `"hann"` (default), `"hamming"`, an array, or `None`.
        sampling_rate: How many values a second has.
        num_mel_bins: How many frequencies there are in the result.
        min_freq: The lowest, in hertz.
        max_freq: The highest; default half of the sampling rate.
        power_to_db: Whether the result is in decibels.
        top_db: How far below the loudest the quietest may lie.
        mag_exp: The power that the spectrum is raised to.
        min_power: The least power, so that its logarithm is known.
        ref_power: The power of 0 decibels.
        **kwargs: Arguments of every layer.

    Call arguments:
        inputs: `(time,)` or `(batch, time)`.

    Raises:
        ValueError: If an argument is out of range.
    """

    @checked
    def __init__(
        self,
        fft_length: PositiveInt = 2048,
        sequence_stride: PositiveInt = 512,
        sequence_length: PositiveInt | None = None,
        window: Literal["hann", "hamming"] | Vector | None = "hann",
        sampling_rate: PositiveInt = 16000,
        num_mel_bins: PositiveInt = 128,
        min_freq: NonNegative = 20.0,
        max_freq: Positive | None = None,
        power_to_db: bool = True,
        top_db: NonNegative = 80.0,
        mag_exp: Positive = 2.0,
        min_power: Positive = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length = fft_length
        self.sequence_stride = sequence_stride
        self.sequence_length = sequence_length or fft_length
        if fft_length < self.sequence_length:
            wanted = f"at most the fft_length {fft_length}"
            raise refuse("MelSpectrogram", "sequence_length", wanted, sequence_length)
        self.window = window
        self.sampling_rate = sampling_rate
        self.num_mel_bins = num_mel_bins
        self.min_freq = min_freq
        self.max_freq = max_freq or int(sampling_rate / 2)
        if self.max_freq <= min_freq:
            raise refuse("MelSpectrogram", "max_freq", f"above min_freq {min_freq}", max_freq)
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns `(..., num_mel_bins, windows)`."""
        real, imag = ops.stft(
            ops.cast(inputs, "float32"),
            sequence_length=self.sequence_length,
            sequence_stride=self.sequence_stride,
            fft_length=self.fft_length,
            window=self.window,
            center=True,
        )
        strength = ops.power(ops.sqrt(ops.square(real) + ops.square(imag)), self.mag_exp)
        matrix = self.linear_to_mel_weight_matrix(
            num_mel_bins=self.num_mel_bins,
            num_spectrogram_bins=strength.shape[-1],
            sampling_rate=self.sampling_rate,
            lower_edge_hertz=self.min_freq,
            upper_edge_hertz=self.max_freq,
        )
        found = ops.tensordot(strength, matrix, axes=1)
        if self.power_to_db:
            found = self._in_decibels(found)
        return ops.swapaxes(found, -1, -2)

    def _in_decibels(self, power: Any) -> Any:
        reference = max(abs(self.ref_power), self.min_power)
        found = 10.0 * ops.log10(ops.maximum(power, self.min_power))
        found = found - 10.0 * math.log10(reference)
        return ops.maximum(found, ops.max(found) - self.top_db)

    @checked
    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: PositiveInt = 20,
        num_spectrogram_bins: PositiveInt = 129,
        sampling_rate: Positive = 8000,
        lower_edge_hertz: NonNegative = 125.0,
        upper_edge_hertz: Positive = 3800.0,
        dtype: str = "float32",
    ) -> Any:
        """Returns how much each frequency of a spectrum counts for each one of the mel scale.

        Args:
            num_mel_bins: How many frequencies of the mel scale there are.
            num_spectrogram_bins: How many frequencies of a spectrum there are.
            sampling_rate: How many values a second has.
            lower_edge_hertz: The lowest frequency of the mel scale.
            upper_edge_hertz: The highest.
            dtype: Of the result.

        Returns:
            Triangles, `(num_spectrogram_bins, num_mel_bins)`.
        """

        def mel(hertz: Any) -> Any:
            return _SCALE * ops.log(1.0 + hertz / _BREAK_HERTZ)

        hertz = ops.linspace(0.0, sampling_rate / 2.0, num_spectrogram_bins)[1:]
        places = ops.expand_dims(mel(hertz), 1)
        low, high = (
            mel(ops.array(edge, "float32")) for edge in (lower_edge_hertz, upper_edge_hertz)
        )
        edges = ops.linspace(low, high, num_mel_bins + 2)
        lower, middle, upper = edges[:-2], edges[1:-1], edges[2:]
        rising = (places - lower) / (middle - lower)
        falling = (upper - places) / (upper - middle)
        triangles = ops.maximum(ops.minimum(rising, falling), 0.0)
        return ops.cast(ops.pad(triangles, ((1, 0), (0, 0))), dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the spectra."""
        *lead, time = input_shape
        stride = self.sequence_stride
        windows = None if time is None else (time + stride + 1) // stride
        return (*lead, self.num_mel_bins, windows)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "fft_length": self.fft_length,
            "sequence_stride": self.sequence_stride,
            "sequence_length": self.sequence_length,
            "window": self.window,
            "sampling_rate": self.sampling_rate,
            "num_mel_bins": self.num_mel_bins,
            "min_freq": self.min_freq,
            "max_freq": self.max_freq,
            "power_to_db": self.power_to_db,
            "top_db": self.top_db,
            "mag_exp": self.mag_exp,
            "min_power": self.min_power,
            "ref_power": self.ref_power,
        }
