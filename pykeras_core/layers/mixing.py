"""Owns `MixUp`, which mixes images and their labels, and `Pipeline`, which prepares data."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import Positive, Seed, checked
from pykeras_core.layers.augmentation import RandomImageLayer
from pykeras_core.layers.base import Layer
from pykeras_core.saving import serialization

__all__ = ["MixUp", "Pipeline"]


class MixUp(RandomImageLayer):
    """Mixes each image, and its label, with another one of the batch.

    Labels are rows of probabilities, such as `to_categorical` makes.

    Args:
        alpha: Both parameters of the beta distribution that shares are drawn from, default 0.2.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Source:
        Zhang et al. 2018, https://arxiv.org/abs/1710.09412.
    """

    @checked
    def __init__(
        self,
        alpha: Positive = 0.2,
        data_format: str | None = None,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format=data_format, **kwargs)
        self.alpha = alpha

    def call(self, data: Any, training: bool = True) -> Any:
        """Returns mixed images; of a dict, with labels mixed in the same shares.

        Args:
            data: Images, or a dict with `"images"` and `"labels"`.
            training: Whether to mix.
        """
        images = data["images"] if isinstance(data, dict) else data
        if not training or len(images.shape) != 4:
            return super().call(data, training)
        count = images.shape[0]
        order = random.shuffle(ops.arange(count, dtype="int32"), seed=self.generator)
        share = random.beta((count,), self.alpha, self.alpha, seed=self.generator)

        def mixed(values: Any) -> Any:
            values = ops.cast(values, self.compute_dtype)
            own = ops.reshape(share, (-1, *[1] * (len(values.shape) - 1)))
            return own * values + (1.0 - own) * ops.take(values, order, axis=0)

        if not isinstance(data, dict):
            return mixed(images)
        super().call(data, training=False)  # refuses what cannot be mixed
        labels = {"labels": mixed(data["labels"])} if "labels" in data else {}
        return {**data, "images": mixed(images), **labels}

    def _change(self, images: Any) -> Any:
        return images

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "alpha": self.alpha}


class Pipeline(Layer):
    """Runs layers that prepare data one after the other; of no use inside of a model.

    Args:
        layers: List of layers.
        name: Default: an automatic one.

    Raises:
        ValueError: If something in the list is no layer.

    Example:
        >>> from pykeras_core.layers import Rescaling
        >>> Pipeline([Rescaling(0.5), Rescaling(1.0, offset=1.0)])([2.0, 4.0]).tolist()
        [2.0, 3.0]
    """

    @checked
    def __init__(self, layers: list[Any], name: str | None = None) -> None:
        super().__init__(name=name)
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ValueError(f"`Pipeline` expected layers, received {layer!r}.")
        self._pipeline_layers = list(layers)
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True

    @property
    def layers(self) -> list[Any]:
        """The layers."""
        return list(self._pipeline_layers)

    def call(self, inputs: Any, training: bool = True, mask: Any = None) -> Any:
        """Returns what the last layer gives."""
        for layer in self._pipeline_layers:
            takes = layer._call_signature.parameters
            kwargs = {"training": training} if "training" in takes else {}
            if "mask" in takes:
                kwargs["mask"] = mask
            inputs = layer(inputs, **kwargs)
            mask = getattr(inputs, "_keras_mask", None)
        return inputs

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            "name": self.name,
            "layers": serialization.serialize_keras_object(self._pipeline_layers),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a pipeline from `get_config()`'s dict."""
        layers = serialization.deserialize_keras_object(config["layers"])
        return cls(layers, name=config.get("name"))
