"""Owns the layers that apply others: `RandomColorJitter`, `RandAugment` and `AugMix`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import Positive, PositiveInt, Seed, Vector, checked
from pykeras_core.layers.augmentation import (
    RandomBrightness,
    RandomContrast,
    RandomImageLayer,
    RandomRotation,
    RandomTranslation,
    _range,
)
from pykeras_core.layers.blurring import RandomSharpness
from pykeras_core.layers.colors import (
    AutoContrast,
    RandomColorDegeneration,
    RandomHue,
    RandomPosterization,
    RandomSaturation,
    Solarization,
    _in_order,
)
from pykeras_core.layers.histograms import Equalization
from pykeras_core.layers.warps import RandomShear
from pykeras_core.ops.indexing import is_symbolic

__all__ = ["AugMix", "RandAugment", "RandomColorJitter"]


class RandomColorJitter(RandomImageLayer):
    """Changes brightness, contrast, saturation and hue of images, one after the other.

    Args:
        value_range: Smallest and largest value of a pixel.
        brightness_factor: As in `RandomBrightness`; `None` to leave it.
        contrast_factor: As in `RandomContrast`; `None` to leave it.
        saturation_factor: As in `RandomSaturation`; `None` to leave it.
        hue_factor: As in `RandomHue`; `None` to leave it.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If a factor is out of range.
    """

    @checked
    def __init__(
        self,
        value_range: Vector = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        _in_order(type(self).__name__, value_range)
        self.value_range = value_range
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor

        self.random_brightness = self._made(RandomBrightness, "brightness_factor", -1.0)
        self.random_contrast = self._made(RandomContrast, "contrast_factor", 0.0)
        self.random_saturation = self._made(RandomSaturation, "saturation_factor", 0.0)
        self.random_hue = self._made(RandomHue, "hue_factor", 0.0)

    def _made(self, layer: Any, name: str, least: float) -> Any:
        """The layer for one factor, if there is one."""
        factor = getattr(self, name)
        if factor is None:
            return None
        _range("RandomColorJitter", name, factor, least)
        options = {"seed": self.seed, "data_format": self.data_format}
        return layer(factor, value_range=self.value_range, **options)

    def _change(self, images: Any) -> Any:
        steps = (
            *(self.random_brightness, self.random_contrast),
            *(self.random_saturation, self.random_hue),
        )
        for step in steps:
            images = images if step is None else step(images, training=True)
        return images

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "brightness_factor": self.brightness_factor,
            "contrast_factor": self.contrast_factor,
            "saturation_factor": self.saturation_factor,
            "hue_factor": self.hue_factor,
        }


_FORMS = ("random_shear", "random_translation", "random_rotation")
_COLORS = ("random_brightness", "random_color_degeneration", "random_contrast", "random_sharpness")
_TONES = ("random_posterization", "solarization")
_FIXED = ("auto_contrast", "equalization")


class _Combination(RandomImageLayer):
    """A layer that chooses among others at random."""

    @checked
    def __init__(
        self,
        value_range: Vector,
        factor: Any,
        interpolation: str,
        seed: Seed,
        data_format: str | None,
        names: tuple[str, ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        _in_order(type(self).__name__, value_range)
        self.value_range = value_range
        self.factor = _range(type(self).__name__, "factor", factor, 0.0)
        self.interpolation = interpolation
        self._names = names
        both = {"seed": seed, "data_format": self.data_format}
        forms = {**both, "interpolation": interpolation}
        tones = {**both, "value_range": value_range}
        fixed = {"value_range": value_range, "data_format": self.data_format}
        pair = self.factor
        makers: dict[str, Any] = {
            "random_shear": lambda: RandomShear(x_factor=pair, y_factor=pair, **forms),
            "random_translation": lambda: RandomTranslation(pair, pair, **forms),
            "random_rotation": lambda: RandomRotation(pair, **forms),
            "random_brightness": lambda: RandomBrightness(pair, **tones),
            "random_color_degeneration": lambda: RandomColorDegeneration(pair, **tones),
            "random_contrast": lambda: RandomContrast(pair, **tones),
            "random_sharpness": lambda: RandomSharpness(pair, **tones),
            "random_posterization": lambda: RandomPosterization(max(1, int(8 * pair[1])), **tones),
            "solarization": lambda: Solarization(pair, pair, **tones),
            "auto_contrast": lambda: AutoContrast(**fixed),
            "equalization": lambda: Equalization(**fixed),
        }
        for name in names:
            setattr(self, name, makers[name]())

    def _one_of_them(self, images: Any, count: int) -> Any:
        """The images, all changed by one layer that is drawn; by none for numbers beyond them."""
        chosen = random.randint((), 0, count, seed=self.generator)
        if not is_symbolic(chosen):  # known at once: the others need not run
            place = int(chosen)
            return self._applied(place, images) if place < len(self._names) else images
        found = images
        for place in range(len(self._names)):
            found = ops.where(ops.equal(chosen, place), self._applied(place, images), found)
        return found

    def _applied(self, place: int, images: Any) -> Any:
        return getattr(self, self._names[place])(images, training=True)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "factor": self.factor,
            "interpolation": self.interpolation,
        }


class RandAugment(_Combination):
    """Changes images by a few of eleven layers, drawn for each batch.

    Args:
        value_range: Smallest and largest value of a pixel.
        num_ops: How many layers are applied, default 2.
        factor: How strong their changes are, from 0 to 1, or a pair between which that is drawn.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is out of range.

    Source:
        Cubuk et al. 2019, https://arxiv.org/abs/1909.13719.
    """

    @checked
    def __init__(
        self,
        value_range: Vector = (0, 255),
        num_ops: PositiveInt = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        names = (*_FORMS, *_COLORS, *_TONES, *_FIXED)
        super().__init__(value_range, factor, interpolation, seed, data_format, names, **kwargs)
        self.num_ops = num_ops

    def _change(self, images: Any) -> Any:
        for _ in range(self.num_ops):
            images = self._one_of_them(images, len(self._names))
        return images

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "num_ops": self.num_ops}


class AugMix(_Combination):
    """Mixes images with what several chains of layers make of them.

    Args:
        value_range: Smallest and largest value of a pixel, to which results are limited.
        num_chains: How many chains there are, default 3.
        chain_depth: How many layers a chain has, default 3; each of them may be none.
        factor: How strong their changes are, from 0 to 1, or a pair between which that is drawn.
        alpha: Parameter of the distributions that the shares are drawn from, default 1.
        all_ops: Whether layers that change colours are among them.
        interpolation: `"bilinear"` (default) or `"nearest"`.
        seed: An int, or `None`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `factor` is out of range.

    Source:
        Hendrycks et al. 2019, https://arxiv.org/abs/1912.02781.
    """

    @checked
    def __init__(
        self,
        value_range: Vector = (0, 255),
        num_chains: PositiveInt = 3,
        chain_depth: PositiveInt = 3,
        factor: Any = 0.3,
        alpha: Positive = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: Seed = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        names = (*_FORMS, *reversed(_TONES), *_FIXED)
        names = (*names, *_COLORS) if all_ops else names
        super().__init__(value_range, factor, interpolation, seed, data_format, names, **kwargs)
        self.num_chains = num_chains
        self.chain_depth = chain_depth
        self.alpha = alpha
        self.all_ops = all_ops

    def _change(self, images: Any) -> Any:
        raw = random.gamma((self.num_chains,), self.alpha, seed=self.generator)
        shares = raw / ops.sum(raw)
        own = random.beta((), self.alpha, self.alpha, seed=self.generator)
        mixed = ops.zeros_like(images)
        for chain in range(self.num_chains):
            changed = images
            for _ in range(self.chain_depth):
                changed = self._one_of_them(changed, len(self._names) + 1)
            mixed = mixed + changed * shares[chain]
        low, high = (float(value) for value in self.value_range)
        return ops.clip(own * images + (1.0 - own) * mixed, low, high)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "num_chains": self.num_chains,
            "chain_depth": self.chain_depth,
            "alpha": self.alpha,
            "all_ops": self.all_ops,
        }
