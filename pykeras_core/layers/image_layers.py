"""Owns `ImageLayer`, the base of layers that prepare images, and `Resizing` and `CenterCrop`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import PositiveInt, checked
from pykeras_core.layers.data_layer import DataLayer
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["CenterCrop", "ImageLayer", "Resizing"]


class ImageLayer(DataLayer):
    """A layer without weights on one image or a batch of them, possibly in a dict with labels.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.
    """

    @checked
    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = settings.standardize_data_format(data_format)
        self.built = True

    def call(self, data: Any, training: bool = True) -> Any:
        """Returns the prepared images; of a dict, with everything else as it was.

        Args:
            data: Images, or a dict with `"images"` and, for example, `"labels"`.
            training: Whether to change the images at random, where the layer does.

        Returns:
            What came, with other images.
        """
        if not isinstance(data, dict):
            return self._prepare(data, training)
        refused = [name for name in ("bounding_boxes", "segmentation_masks") if name in data]
        if "images" not in data or refused:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected a dict with 'images' and perhaps "
                f"'labels', received {sorted(data)}. Boxes and masks cannot be moved along."
            )
        return {**data, "images": self._prepare(data["images"], training)}

    def _prepare(self, images: Any, training: bool) -> Any:
        rank = len(images.shape)
        if rank not in (3, 4):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected one image (3 axes) or a batch of "
                f"images (4 axes), received shape {tuple(images.shape)}."
            )
        if rank == 4:
            return self.transform_images(images, training)
        one = self.transform_images(ops.expand_dims(images, 0), training)
        return ops.squeeze(one, 0)

    def transform_images(self, images: Any, training: bool) -> Any:
        """Returns a batch of images, prepared; subclasses write it.

        Args:
            images: Batch of images.
            training: Whether to change them at random.
        """
        raise NotImplementedError

    def _size_axes(self, rank: int) -> tuple[int, int]:
        """The axes of height and width."""
        return (
            (rank - 2, rank - 1) if self.data_format == "channels_first" else (rank - 3, rank - 2)
        )

    def _resized(self, shape: Any, height: int, width: int) -> Any:
        """The shape with another height and width."""
        rows, columns = self._size_axes(len(shape))
        sizes = {rows: height, columns: width}
        return tuple(sizes.get(axis, size) for axis, size in enumerate(shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def compute_output_spec(self, data: Any, training: bool = True) -> Any:
        """Returns placeholders for what `call` returns."""
        if isinstance(data, dict):
            return {**data, "images": self.compute_output_spec(data["images"])}
        return KerasTensor(self.compute_output_shape(data.shape), dtype=self._output_dtype(data))

    def _output_dtype(self, images: Any) -> str:
        return self.compute_dtype

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "data_format": self.data_format}


class Resizing(ImageLayer):
    """Gives images another size.

    Args:
        height: Height of the results.
        width: Width of the results.
        interpolation: `"nearest"`, `"bilinear"` (default), `"bicubic"`, `"lanczos3"` or
            `"lanczos5"`.
        crop_to_aspect_ratio: Whether to keep the aspect ratio by cutting off borders first.
        pad_to_aspect_ratio: Whether to keep the aspect ratio by adding borders first.
        fill_mode: `"constant"`, the only one.
        fill_value: Value of added borders, default 0.
        antialias: Whether smaller results average over all they leave out, default `False`.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If a size is no positive int.

    Example:
        >>> import numpy as np
        >>> Resizing(2, 4)(np.ones((1, 8, 8, 3))).shape
        (1, 2, 4, 3)
    """

    @checked
    def __init__(
        self,
        height: PositiveInt,
        width: PositiveInt,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.antialias = bool(antialias)

    def transform_images(self, images: Any, training: bool) -> Any:
        """Returns the images in their new size and their own dtype."""
        return ops.image.resize(
            images,
            (self.height, self.width),
            interpolation=self.interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with the new height and width."""
        return self._resized(input_shape, self.height, self.width)

    def _output_dtype(self, images: Any) -> str:
        return str(images.dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "height": self.height,
            "width": self.width,
            "interpolation": self.interpolation,
            "crop_to_aspect_ratio": self.crop_to_aspect_ratio,
            "pad_to_aspect_ratio": self.pad_to_aspect_ratio,
            "fill_mode": self.fill_mode,
            "fill_value": self.fill_value,
            "antialias": self.antialias,
        }


class CenterCrop(ImageLayer):
    """Cuts the middle out of images; smaller ones are cut to its aspect ratio and enlarged.

    Args:
        height: Height of the results.
        width: Width of the results.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If a size is no positive int.

    Example:
        >>> import numpy as np
        >>> CenterCrop(2, 4)(np.ones((1, 8, 8, 3))).shape
        (1, 2, 4, 3)
    """

    @checked
    def __init__(
        self, height: PositiveInt, width: PositiveInt, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height = height
        self.width = width

    def transform_images(self, images: Any, training: bool) -> Any:
        """Returns the middles of the images, as floats."""
        images = ops.cast(images, self.compute_dtype)
        rows, columns = self._size_axes(4)
        top, left = images.shape[rows] - self.height, images.shape[columns] - self.width
        if top < 0 or left < 0:
            return ops.image.resize(
                images,
                (self.height, self.width),
                crop_to_aspect_ratio=True,
                data_format=self.data_format,
            )
        start, shape = [0, 0, 0, 0], list(images.shape)
        start[rows], start[columns] = top // 2, left // 2
        shape[rows], shape[columns] = self.height, self.width
        return ops.slice(images, start, shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with the new height and width."""
        return self._resized(input_shape, self.height, self.width)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "height": self.height, "width": self.width}
