"""What programs use of TensorFlow around their models: small programs as they are published."""

from __future__ import annotations

import importlib
import pathlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import pykeras_core as pk
from pykeras_core import compat


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    compat.install()
    yield
    compat.uninstall()


def test_older_tensorflow_is_today_s(capsys: pytest.CaptureFixture[str]) -> None:
    import tensorflow.compat.v1 as tf

    tf.enable_eager_execution()
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    assert tf.to_float(tf.constant([1])).dtype == tf.float32
    assert tf.compat.as_bytes("é") == "é".encode()
    assert tf.gfile.Exists("/nowhere") is False
    assert "today it is `tensorflow`" in capsys.readouterr().err


def test_a_module_finds_its_variables() -> None:
    import tensorflow as tf

    class Line(tf.Module):
        def __init__(self) -> None:
            super().__init__(name="line")
            self.w = tf.Variable([1.0])
            self.b = tf.Variable(0.0, trainable=False)
            self.inner = [tf.keras.layers.Dense(2)]

    line = Line()
    line.inner[0].build((None, 3))
    assert line.name == "line"
    assert (len(line.variables), len(line.trainable_variables)) == (4, 3)
    assert line.submodules == (line.inner[0],)


def test_checkpoints_bring_everything_back(tmp_path: pathlib.Path) -> None:
    import tensorflow as tf

    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    model.compile("adam", "mse")
    x, y = np.ones((4, 2)), np.ones((4, 1))
    model.fit(x, y, verbose=0)
    step = tf.Variable(1, trainable=False)
    checkpoint = tf.train.Checkpoint(step=step, optimizer=model.optimizer, net=model)
    manager = tf.train.CheckpointManager(checkpoint, tmp_path / "ckpts", max_to_keep=2)
    kept = model.get_weights()
    for _ in range(3):
        checkpoint.step.assign_add(1)
        path = manager.save()
    assert path.endswith("ckpt-3")
    assert len(manager.checkpoints) == 2
    model.fit(x, y, verbose=0)
    again = tf.train.latest_checkpoint(tmp_path / "ckpts")
    checkpoint.restore(again).expect_partial()
    assert (int(step), again) == (4, path)
    np.testing.assert_array_equal(model.get_weights()[0], kept[0])
    assert int(model.optimizer.iterations) == 1
    fresh = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    rule = tf.keras.optimizers.Adam()
    tf.train.Checkpoint(net=fresh, optimizer=rule).restore(again)
    np.testing.assert_array_equal(fresh.get_weights()[0], kept[0])
    assert int(rule.iterations) == 1
    assert tf.train.latest_checkpoint(tmp_path) is None
    other = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"'net/0' of shape \(2, 1\), received an object with"):
        tf.train.Checkpoint(net=other).restore(again)
    with pytest.raises(FileNotFoundError, match=r"there is no checkpoint 'nothing-1'"):
        checkpoint.restore("nothing-1")


def test_a_saved_model_is_a_folder_of_ours(tmp_path: pathlib.Path) -> None:
    import tensorflow as tf

    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    tf.saved_model.save(model, str(tmp_path / "model"))
    again = tf.saved_model.load(str(tmp_path / "model"))
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    with pytest.raises(TypeError, match="TensorFlow's SavedModel of other objects"):
        tf.saved_model.save(tf.Module(), str(tmp_path / "other"))


def test_a_distribution_strategy_runs_on_the_one_device(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import tensorflow as tf

    strategy = tf.distribute.MirroredStrategy()
    with strategy.scope():
        variable = tf.Variable(1.0)
    assert strategy.num_replicas_in_sync == 1
    assert strategy.run(lambda x: x + variable, args=(2.0,)).numpy() == 3.0
    tf.distribute.MirroredStrategy()
    assert capsys.readouterr().err.count("there is one device here") <= 1


def test_summaries_are_written_for_tensorboard(tmp_path: pathlib.Path) -> None:
    import tensorflow as tf

    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        assert tf.summary.scalar("loss", 0.5, step=1)
    writer.close()
    (file,) = tmp_path.glob("events.out.tfevents.*")
    assert b"loss" in file.read_bytes()
    assert tf.summary.scalar("loss", 0.5, step=2) is False


def test_random_tensors_repeat_themselves() -> None:
    import tensorflow as tf

    def drawn(seed: Any) -> list[Any]:
        generator = tf.random.Generator.from_seed(seed)
        return generator.normal((3,)).tolist() + generator.uniform((2,), 1, 9, "int32").tolist()

    assert drawn(3) == drawn(3) != drawn(4)
    a, b = (tf.random.stateless_uniform([4], seed=(1, 2)).tolist() for _ in range(2))
    assert a == b
    integers = tf.random.uniform([50], maxval=3, dtype=tf.int32).numpy()
    assert set(integers.tolist()) <= {0, 1, 2}
    assert tf.random.poisson([200], [4.0], seed=1).numpy().mean() == pytest.approx(4.0, abs=0.6)
    assert tf.random_normal_initializer(0.0, 0.1)((2, 2)).shape == (2, 2)


def test_checks_of_values_raise_what_programs_catch() -> None:
    import tensorflow as tf

    tf.debugging.assert_equal([1, 2], [1, 2])
    tf.debugging.assert_near([1.0], [1.0 + 1e-7])
    tf.debugging.assert_shapes([(tf.zeros((2, 3)), ("n", 3)), (tf.zeros((2,)), ("n",))])
    with pytest.raises(tf.errors.InvalidArgumentError, match="no number is below"):
        tf.debugging.assert_less([3], [2], message="no number is below")
    with pytest.raises(ValueError, match="expected finite elements"):
        tf.debugging.check_numerics([np.nan], "")
    with pytest.raises(tf.errors.NotFoundError, match="found no file 'none"):
        tf.io.read_file("none.png")
    with pytest.raises(ValueError, match="expected the contents of a picture's file"):
        tf.io.decode_image(tf.constant("no picture"))


def test_python_runs_inside_of_pipelines_but_not_of_traced_steps() -> None:
    import tensorflow as tf

    numbers = tf.data.Dataset.range(3).map(
        lambda n: tf.py_function(lambda k: k.numpy() * 2.0, [n], tf.float32)
    )
    assert [float(one) for one in numbers] == [0.0, 2.0, 4.0]
    halves = tf.numpy_function(lambda a: a / 2, [tf.constant([1.0, 3.0])], tf.float32)
    assert halves.tolist() == [0.5, 1.5]

    class Looks(tf.keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return tf.py_function(lambda k: k.numpy(), [x], tf.float32)

    model = tf.keras.Sequential([Looks()])
    with pytest.raises(TypeError, match="`py_function` looks at values"):
        model.predict(np.ones((2, 1)), verbose=0)


def test_tensor_arrays_collect_what_loops_make() -> None:
    import tensorflow as tf

    array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for number in tf.range(3):
        array = array.write(int(number), tf.cast(number, tf.float32) ** 2)
    assert array.stack().tolist() == [0.0, 1.0, 4.0]
    with pytest.raises(IndexError, match="dynamic_size=True"):
        tf.TensorArray(tf.float32, size=1).write(1, 0.0)


def test_models_run_eagerly_when_functions_are_to(capsys: pytest.CaptureFixture[str]) -> None:
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    tf.config.run_functions_eagerly(False)
    assert model.run_eagerly
    assert not tf.config.functions_run_eagerly()


def test_names_and_sizes_that_programs_ask_for() -> None:
    import tensorflow as tf

    x = tf.zeros((2, 3))
    assert (x.dtype.name, x.shape.as_list(), x.get_shape().rank) == ("float32", [2, 3], 2)
    assert "CPU" in x.device
    assert tf.version.VERSION == tf.__version__
    assert tf.TensorShape([None, 3]).is_compatible_with(x.shape)
    assert tf.as_dtype(np.float64) == tf.float32
    assert tf.int32.max == 2**31 - 1
    assert tf.keras.Input((3,)).shape.as_list() == [None, 3]
    assert tf.nest.flatten({"b": 2, "a": [1]}) == [1, 2]
    with pytest.raises(AttributeError, match="has no `ragged_batch`: there are no ragged"):
        tf.data.Dataset.range(3).ragged_batch(2)
    with pytest.raises(AttributeError, match="Did you mean `shuffle`"):
        tf.data.Dataset.range(3).shufle(2)


def test_random_images_stay_images() -> None:
    import tensorflow as tf

    image = tf.constant(np.arange(48).reshape(4, 4, 3).astype("uint8"))
    flipped = tf.image.random_flip_left_right(image).numpy()
    assert flipped.tolist() in (image.numpy().tolist(), image.numpy()[:, ::-1].tolist())
    crop = tf.image.random_crop(image, (2, 2, 3), seed=1).numpy()
    assert crop.shape == (2, 2, 3)
    assert crop.dtype == np.uint8
    for change in (
        lambda i: tf.image.random_brightness(i, 0.2),
        lambda i: tf.image.random_contrast(i, 0.5, 1.5),
        lambda i: tf.image.random_hue(i, 0.1),
        lambda i: tf.image.random_saturation(i, 0.5, 1.5),
        lambda i: tf.image.stateless_random_flip_up_down(i, (1, 2)),
    ):
        assert change(image).numpy().dtype == np.uint8
    jpeg = tf.io.decode_jpeg(tf.io.encode_jpeg(tf.fill((8, 8, 3), np.uint8(90)), quality=100))
    assert abs(jpeg.numpy().astype(int) - 90).max() <= 1
    with pytest.raises(ValueError, match="expected a box inside of"):
        tf.image.crop_to_bounding_box(image, 3, 0, 2, 2)


def test_a_generator_gives_what_its_signature_says() -> None:
    import tensorflow as tf

    signature = (tf.TensorSpec((None,), tf.float32), tf.TensorSpec((), tf.string))
    dataset = tf.data.Dataset.from_generator(
        lambda: iter([([1, 2], "a"), ([3], "b")]), output_signature=signature
    )
    assert dataset.element_spec == signature
    assert [(x.tolist(), t.numpy()) for x, t in dataset] == [([1.0, 2.0], b"a"), ([3.0], b"b")]
    typed = tf.data.Dataset.from_generator(lambda: iter([1, 2]), output_types=tf.float32)
    assert [float(x) for x in typed] == [1.0, 2.0]
    wrong = tf.data.Dataset.from_generator(lambda: iter([1.0]), output_signature=signature[0])
    with pytest.raises(TypeError, match="expected elements of"):
        list(wrong)


def test_mixed_data_sets_and_counters() -> None:
    import tensorflow as tf

    ones, twos = (tf.data.Dataset.from_tensors(n).repeat(20) for n in (1, 2))
    mixed = tf.data.Dataset.sample_from_datasets([ones, twos], weights=[0.5, 0.5], seed=3)
    assert sorted(int(n) for n in mixed) == [1] * 20 + [2] * 20
    counted = tf.data.experimental.Counter(5, 2).take(3)
    assert [int(n) for n in counted] == [5, 7, 9]
    assert int(tf.data.Dataset.range(3).take(1).get_single_element()) == 0
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
    assert len(ones.with_options(options)) == 20


def test_data_sets_of_tensorflow_datasets_are_those_of_keras() -> None:
    import tensorflow_datasets as tfds

    (train, _), info = tfds.load(
        "mnist", split=["train[:10%]", "test"], as_supervised=True, with_info=True
    )
    total = info.splits["train"].num_examples
    assert len(train) == round(total / 10)
    image, label = next(iter(train))
    assert (image.shape, image.dtype, label.shape) == ((28, 28, 1), "uint8", ())
    assert info.features["label"].num_classes == 10
    flowers = tfds.load("iris", split="train")
    assert set(next(iter(flowers))) == {"features", "label"}
    with pytest.raises(ValueError, match="has no 'oxford_flowers102' here; it has mnist"):
        tfds.load("oxford_flowers102")
    with pytest.raises(ValueError, match="received 'validation'"):
        tfds.load("mnist", split="validation")


def test_packages_of_notebooks_have_stand_ins(capsys: pytest.CaptureFixture[str]) -> None:
    from google.colab import auth, drive, userdata
    from google.colab.patches import cv2_imshow
    from IPython.core.display import HTML as OLDER
    from IPython.display import HTML, SVG, Audio, Image, clear_output, display
    from tqdm import tqdm, trange
    from tqdm.auto import tqdm as auto
    from tqdm.keras import TqdmCallback

    drive.mount("/content/drive")
    clear_output(wait=True)
    auth.authenticate_user()
    with pytest.raises(KeyError, match="there is no secret 'KEY' here"):
        userdata.get("KEY")
    display(HTML("<style>b {}</style><b>shown</b> &amp; <i>seen</i>"), "as it is", Audio(b"a"))
    assert OLDER is HTML
    png = b"\x89PNG\r\n\x1a\n" + bytes(16)
    assert Image(data=png)._repr_png_() == png
    assert Image("nowhere.png")._repr_png_() is None
    assert SVG(data="<svg/>")._repr_svg_() == "<svg/>"
    assert callable(cv2_imshow)
    model = pk.Sequential([pk.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 1)), np.ones(2), verbose=0, callbacks=[TqdmCallback(verbose=0)])
    assert list(tqdm(range(3))) == list(trange(3)) == [0, 1, 2]
    assert auto is tqdm
    written = capsys.readouterr()
    assert "files are looked for in" in written.err
    assert "shown & seen" in written.out
    assert "as it is\n" in written.out
    assert "(sound)" in written.out
    compat.uninstall()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("google.colab")


def test_tables_give_numbers_for_words_and_words_for_numbers(tmp_path: pathlib.Path) -> None:
    import tensorflow as tf

    keys, numbers = tf.constant(["cat", "dog"]), tf.constant([3, 5])
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(keys, numbers, value_dtype=tf.int64), default_value=-1
    )
    found = table.lookup(tf.constant([["dog", "cow"], ["cat", "cat"]]))
    assert found.numpy().tolist() == [[5, -1], [3, 3]]
    assert int(table.size()) == 2
    back = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(numbers, keys), "none")
    assert back[tf.constant([5, 1])].numpy().tolist() == [b"dog", b"none"]
    (tmp_path / "words.txt").write_text("cat\ndog\n", encoding="utf-8")
    file = tf.lookup.TextFileInitializer(
        str(tmp_path / "words.txt"), tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
        tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER,
    )  # fmt: skip
    words = tf.lookup.StaticVocabularyTable(file, num_oov_buckets=1)
    assert words.lookup(tf.constant(["dog", "cow"])).numpy().tolist() == [1, 2]
    with pytest.raises(ValueError, match="takes `num_oov_buckets=1`"):
        tf.lookup.StaticVocabularyTable(file, num_oov_buckets=3)
    with pytest.raises(ValueError, match="as many values as keys, received 2 keys and 1 values"):
        tf.lookup.KeyValueTensorInitializer(keys, [1])
    with pytest.raises(ValueError, match="one value a key; 'a' came with two"):
        tf.lookup.KeyValueTensorInitializer(["a", "a"], [1, 2])


def test_series_are_convolved_and_pooled() -> None:
    import tensorflow as tf

    x = tf.constant([[[1.0], [3.0], [2.0], [5.0]]])
    kernel = tf.constant([[[1.0]], [[-1.0]]])
    assert tf.nn.conv1d(x, kernel, 1, "VALID").numpy().reshape(-1).tolist() == [-2.0, 1.0, -3.0]
    assert tf.nn.conv1d(x, kernel, [1, 2, 1], "VALID").numpy().reshape(-1).tolist() == [-2.0, -3.0]
    assert tf.nn.max_pool1d(x, 2, 2, "VALID").numpy().reshape(-1).tolist() == [3.0, 5.0]
    assert tf.nn.avg_pool1d(x, [2], [2], "VALID").numpy().reshape(-1).tolist() == [2.0, 3.5]
