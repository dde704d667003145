"""Which of the wrong values are right after all: real Keras takes them too.

A word is the name of an argument, wherever it stands, or with its owner before it.
"""

from typing import NamedTuple


class Legal(NamedTuple):
    """Values that some arguments take, and why."""

    reason: str
    labels: str
    arguments: str


LEGAL = (
    Legal(
        "Data: any numbers, in any shape that fits the rest.",
        "negative fraction array",
        """
        Variable.initializer backend.batch_get_value.tensors backend.concatenate.tensors
        backend.gather.reference backend.map_fn.elems backend.pow.a backend.stop_gradient.variable
        fill_value images initial inputs layers.Discretization.bin_boundaries
        layers.EinsumDense.bias_initializer losses.circle.ref_embeddings ops.associative_scan.elems
        ops.ctc_loss.output ops.diff.a ops.fori_loop.init_val
        ops.image.map_coordinates.coordinates ops.logspace.base ops.psnr.max_val
        ops.rot90.array ops.scan.init ops.searchsorted.values ops.unravel_index.indices
        ops.vectorized_map.elements preprocessing.image.img_to_array.img
        preprocessing.sequence.pad_sequences.sequences
        preprocessing.timeseries_dataset_from_array.targets q start stop utils.split_dataset.dataset
        value x x1 x2 xs y y_pred
        """,
    ),
    Legal(
        "Numbers of both signs: Keras computes with them, or compares.",
        "negative fraction",
        """
        activations.squareplus.b activations.threshold.default_value alpha backend.arange.step
        backend.bias_add.bias backend.clip.x_max backend.clip.x_min
        backend.moving_average_update.momentum backend.random_bernoulli.p backend.switch.condition
        backend.switch.else_expression backend.switch.then_expression backend.update_add.increment
        backend.update_sub.decrement beta callbacks.EarlyStopping.baseline
        callbacks.ModelCheckpoint.initial_value_threshold constraints.MinMaxNorm.min_value
        constraints.MinMaxNorm.rate epsilon gamma initial_learning_rate initializers.Identity.gain
        initializers.Orthogonal.gain layers.Masking.mask_value layers.Normalization.variance
        losses.Circle.margin losses.Huber.delta losses.circle.margin losses.circle.ref_labels
        losses.huber.delta max_value maxval mean metrics.AUC.label_weights minval negative_slope
        offset ops.allclose.atol ops.allclose.rtol ops.average.weights ops.ctc_loss.output_length
        ops.dot_product_attention.attn_logits_soft_cap ops.dot_product_attention.bias
        layers.Hashing.mask_value layers.MelSpectrogram.ref_power ops.image.ssim.k1
        ops.image.ssim.k2
        ops.dot_product_attention.mask ops.isclose.atol ops.isclose.rtol ops.lstsq.rcond
        ops.matrix_rank.tol ops.nan_to_num.nan ops.nan_to_num.neginf ops.nan_to_num.posinf
        ops.normalize.order ops.pad.constant_values ops.pinv.rcond ops.select.default
        ops.squareplus.b ops.switch.index ops.threshold.default_value ops.trapezoid.dx
        ops.where.condition optimizers.Adafactor.beta_2_decay optimizers.Adafactor.clip_threshold
        optimizers.Adafactor.epsilon_1 optimizers.Adafactor.epsilon_2
        ops.while_loop.loop_vars optimizers.MultiOptimizer.loss_scale_factor
        optimizers.Muon.adam_lr_ratio
        optimizers.Muon.muon_a optimizers.Muon.muon_b optimizers.Muon.muon_c
        optimizers.Optimizer.loss_scale_factor optimizers.ScheduleFreeAdamW.warmup_steps
        optimizers.schedules.CosineDecay.warmup_steps optimizers.schedules.CosineDecay.warmup_target
        optimizers.schedules.CosineDecayRestarts.m_mul
        optimizers.schedules.ExponentialDecay.decay_rate
        optimizers.schedules.InverseTimeDecay.decay_rate
        optimizers.schedules.PolynomialDecay.end_learning_rate
        optimizers.schedules.PolynomialDecay.power random.binomial.counts
        random.binomial.probabilities scale threshold utils.Progbar.interval utils.normalize.order
        y_true
        """,
    ),
    Legal(
        "Amounts need not be whole.",
        "fraction",
        """
        callbacks.EarlyStopping.min_delta callbacks.ReduceLROnPlateau.min_delta
        callbacks.ReduceLROnPlateau.min_lr decay_steps l1 l2 layers.RandomPosterization.factor
        layers.ContrastLimitedAdaptiveHistogramEqualization.clip_limit
        layers.ReversibleEmbedding.logit_soft_cap learning_rate
        mixed_precision.LossScaleOptimizer.initial_scale noise ops.image.gaussian_blur.sigma
        layers.MelSpectrogram.min_freq layers.MelSpectrogram.top_db
        layers.MelSpectrogram.mag_exp layers.MelSpectrogram.min_power
        ops.image.elastic_transform.sigma ops.image.ssim.filter_sigma ops.image.ssim.max_val
        optimizers.Adagrad.initial_accumulator_value
        optimizers.Ftrl.initial_accumulator_value optimizers.Ftrl.l1_regularization_strength
        optimizers.Ftrl.l2_regularization_strength
        optimizers.Ftrl.l2_shrinkage_regularization_strength optimizers.Muon.adam_weight_decay
        optimizers.Muon.rms_rate optimizers.Optimizer.clipnorm optimizers.Optimizer.clipvalue
        optimizers.Optimizer.global_clipnorm
        optimizers.schedules.CosineDecayRestarts.first_decay_steps
        optimizers.schedules.CosineDecayRestarts.t_mul regularizers.OrthogonalRegularizer.factor
        stddev weight_decay
        """,
    ),
    Legal(
        'Whole numbers count from the end, or mean "none" or a class of that number.',
        "negative",
        """
        backend.round.decimals ignore_class k layers.InputSpec.max_ndim layers.InputSpec.min_ndim
        layers.Hashing.salt layers.InputSpec.ndim layers.IntegerLookup.mask_token
        layers.IntegerLookup.oov_token
        layers.IntegerLookup.salt layers.MultiHeadAttention.attention_axes layers.PReLU.shared_axes
        layers.StringLookup.salt metrics.IoU.axis metrics.MeanIoU.axis ops.argpartition.kth
        ops.ctc_decode.mask_index ops.ctc_loss.mask_index ops.fori_loop.lower ops.fori_loop.upper
        ops.roll.shift ops.scan.unroll ops.tensordot.axes ops.unique.size
        optimizers.Ftrl.learning_rate_power seed utils.Progbar.target utils.Progbar.width
        """,
    ),
    Legal(
        "Any word is a name, a path or a label; what is unknown is warned of, or is of use later.",
        "text",
        """
        backend.get_uid.prefix backend.name_scope.override_parent
        callbacks.RemoteMonitor.field callbacks.RemoteMonitor.path
        callbacks.RemoteMonitor.root utils.model_to_dot.splines
        callbacks.BackupAndRestore.backup_dir callbacks.CSVLogger.filename
        callbacks.TensorBoard.log_dir layers.Hashing.mask_value layers.StringLookup.encoding
        layers.StringLookup.mask_token
        layers.StringLookup.oov_token layers.TextVectorization.encoding mode
        models.save_model.filepath monitor name preprocessing.image_dataset_from_directory.format
        preprocessing.text_dataset_from_directory.format saving.register_keras_serializable.package
        saving.save_weights.filepath
        utils.Progbar.unit_name utils.get_file.archive_format utils.get_file.cache_dir
        utils.get_file.cache_subdir utils.get_file.file_hash utils.get_file.fname
        utils.get_file.hash_algorithm utils.get_file.md5_hash utils.get_file.origin
        utils.split_dataset.preferred_backend
        """,
    ),
    Legal(
        "Any function may stand here; how many values it takes shows when it is called.",
        "function",
        """
        Variable.constraint Variable.regularizer backend.variable.constraint identifier
        ops.custom_gradient.f ops.vectorize.pyfunc optimizers.MultiOptimizer.optimizer_map
        saving.get_registered_name.obj
        """,
    ),
    Legal(
        "A dict of any names.",
        "dict",
        """
        callbacks.RemoteMonitor.headers
        config.set_dtype_policy.policy custom_objects dtype_policies.get.identifier
        layers.BatchNormalization.renorm_clipping models.model_from_config.config
        optimizers.OptimizerMap.optimizer_map saving.deserialize_keras_object.module_objects
        saving.get_registered_object.module_objects
        """,
    ),
    Legal(
        "What is no configuration is handed back, as in Keras.",
        "array dict fraction function negative object ragged text",
        """
        config losses.deserialize.name
        """,
    ),
    Legal(
        "Taken for Keras programs, and not looked at before it is needed, if ever.",
        "array dict fraction function negative object ragged text",
        """
        backend.name_scope.caller callbacks.CallbackList.model
        callbacks.TensorBoard.embeddings_metadata callbacks.TensorBoard.profile_batch
        layers.Lambda.output_shape layers.Lambda.mask tree.assert_same_structure.check_types
        layers.KerasTensor.record_history
        """,
    ),
    Legal(
        "Any value is a structure, an item or has an answer.",
        "array dict fraction function negative object ragged text",
        """
        structure utils.pack_x_y_sample_weight.sample_weight utils.pack_x_y_sample_weight.y
        utils.unpack_x_y_sample_weight.data x tree.map_structure_up_to.shallow_structure
        """,
    ),
    Legal(
        "Values that JSON knows are their own configuration.",
        "array fraction function negative ragged text",
        """
        activations.serialize.activation constraints.serialize.constraint
        initializers.serialize.initializer layers.serialize.layer losses.serialize.loss
        metrics.serialize.metric regularizers.serialize.regularizer
        saving.serialize_keras_object.obj
        """,
    ),
    Legal(
        "An array may stand for an initializer, a function always.",
        "array function",
        """
        initializers.get.identifier
        """,
    ),
    Legal(
        "Lists of axes, old names that `Dense` had.",
        "array ragged",
        """
        input_axes output_axes
        """,
    ),
    Legal(
        "Any object of Python is true or false.",
        "dict fraction function negative object ragged text",
        """
        ops.cond.pred
        """,
    ),
)
