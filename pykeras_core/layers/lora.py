"""Owns `LowRank`: training a layer's matrix through two small ones (LoRA)."""

from __future__ import annotations

from typing import Any

from pykeras_core import initializers, ops
from pykeras_core.checks import checked, refuse
from pykeras_core.layers.base import Layer

__all__ = ["LowRank", "adapted_weight"]


def adapted_weight(name: str) -> Any:
    """The attribute of a `LowRank` layer for its matrix: the variable, or with LoRA the sum.

    Args:
        name: The attribute. The variable itself is kept beside it, with an underscore.
    """

    def read(layer: LowRank) -> Any:
        if f"_{name}" not in layer.__dict__:
            raise AttributeError(
                f"`{type(layer).__name__}` '{layer.name}' has no `{name}` before it is built."
            )
        found = layer._adapted()
        return ops.cast(found, layer.compute_dtype) if layer.lora_enabled else found

    def write(layer: LowRank, value: Any) -> None:
        setattr(layer, f"_{name}", value)

    return property(read, write, doc="The matrix; once `enable_lora` was called, the sum.")


class LowRank(Layer):
    """A layer with one matrix that `enable_lora` freezes and adapts.

    Source:
        Hu et al. 2021, arXiv:2106.09685, section 4.1.
    """

    _lora_weight: str
    lora_enabled = False

    @checked
    def __init__(
        self, *, lora_rank: int | None = None, lora_alpha: float | None = None, **kwargs: Any
    ) -> None:
        for name in ("quantization_config", "gptq_unpacked_column_size"):
            if (value := kwargs.pop(name, None)) is not None:
                what = "None: weights are not quantized here"
                raise refuse(type(self).__name__, name, what, value)
        super().__init__(**kwargs)
        self.lora_rank = lora_rank
        self.lora_alpha = lora_alpha

    def _finish_build(self, shapes: dict[str, Any]) -> None:
        super()._finish_build(shapes)
        if self.lora_rank is not None:
            self.enable_lora(self.lora_rank, lora_alpha=self.lora_alpha)

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freezes the matrix, and from now on adds `lora_alpha / rank * a @ b` to it.

        The layer's attribute (`kernel`, `embeddings`) is the sum then.

        Of a weight with more than two axes the last one is `b`'s, the others are `a`'s.

        Saved files hold the sum, so that they open without the two matrices.

        Args:
            rank: Columns of `a` and rows of `b`.
            lora_alpha: Default `rank`.
            a_initializer: Default `"he_uniform"`.
            b_initializer: Default `"zeros"`, so that nothing changes at first.

        Raises:
            ValueError: If the layer is not built, `rank` is no positive int, or it is done
                already.
        """
        if self.lora_enabled or not self.built:
            state = "has been adapted already" if self.lora_enabled else "is not built yet"
            raise ValueError(f"`{type(self).__name__}` '{self.name}' {state}: no `enable_lora`.")
        if not isinstance(rank, int) or rank < 1:
            raise ValueError(f"`enable_lora` expected `rank` as a positive int, received {rank!r}.")
        weight = self._matrix()
        self.lora_rank = rank
        self.lora_alpha = self.lora_rank if lora_alpha is None else lora_alpha
        self._tracker.locked = False
        for side, shape, initializer in (
            ("a", (*weight.shape[:-1], self.lora_rank), a_initializer),
            ("b", (self.lora_rank, weight.shape[-1]), b_initializer),
        ):
            name = f"lora_{self._lora_weight}_{side}"
            made = self.add_weight(
                name=name,
                shape=shape,
                initializer=initializers.get(initializer),
                regularizer=getattr(self, f"{self._lora_weight}_regularizer"),
            )
            setattr(self, name, made)
        self._tracker.locked = True
        weight.trainable = False
        self.lora_enabled = True

    def _matrix(self) -> Any:
        """The variable that is frozen."""
        return getattr(self, f"_{self._lora_weight}")

    def _lora_pair(self) -> list[Any]:
        return [getattr(self, f"lora_{self._lora_weight}_{side}") for side in "ab"]

    def _lora_scale(self) -> float:
        return float(self.lora_alpha or 0) / float(self.lora_rank or 1)

    def _adapted(self) -> Any:
        """The matrix, with what was learnt added."""
        weight = self._matrix()
        if not self.lora_enabled:
            return weight
        a, b = self._lora_pair()
        return weight + ops.matmul(a, b) * self._lora_scale()

    def _own_variables(self) -> list[Any]:
        """The variables that files hold: without the two small matrices."""
        skipped = {id(part) for part in self._lora_pair()} if self.lora_enabled else set()
        return [part for part in super()._own_variables() if id(part) not in skipped]

    def save_own_variables(self, store: Any) -> None:
        """Writes the variables, the matrix with what was learnt added."""
        super().save_own_variables(store)
        if self.lora_enabled:
            weight = self._matrix()
            place = [id(part) for part in self._own_variables()].index(id(weight))
            store[str(place)] = ops.convert_to_numpy(self._adapted())

    def load_own_variables(self, store: Any) -> None:
        """Reads the variables; the two small matrices become zero."""
        super().load_own_variables(store)
        for part in self._lora_pair() if self.lora_enabled else ():
            part.assign(ops.zeros(part.shape))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        if self.lora_rank is not None:
            config = {**config, "lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha}
        return config
