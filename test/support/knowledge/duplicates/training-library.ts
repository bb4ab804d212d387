import type { DuplicatePair } from './pair.ts';

/** Of a library to train models, in Python. */
export const trainingLibraryPairs: readonly DuplicatePair[] = [
  {
    shares: 'error',
    past: {
      title: 'Resuming fails when the optimizer has new parameter groups',
      body: 'Trainer.fit(resume=\'last.ckpt\') after unfreezing the encoder:\n\nValueError: loaded state dict has a different number of parameter groups\n  File "ember/checkpoint.py", line 140, in restore_optimizer',
      paths: ['ember/checkpoint.py'],
      change: '+    if len(saved["param_groups"]) != len(optimizer.param_groups):\n+        saved = regroup(saved, optimizer)',
      lesson: 'Groups of a checkpoint are matched by the names of parameters.',
    },
    query: {
      title: 'Fine-tuning in two stages cannot continue from checkpoint',
      body: 'Stage one trains the head, stage two everything.\n  File "/opt/conda/lib/python3.11/site-packages/ember/checkpoint.py", line 152, in restore_optimizer\n    optimizer.load_state_dict(state)\nValueError: loaded state dict has a different number of parameter groups',
    },
    beside: [
      [
        'Checkpoints are written by every process',
        'With four GPUs last.ckpt is written four times at once and sometimes damaged. Only rank 0 should.',
      ],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'DataLoader workers die with a bus error in containers',
      body: "RuntimeError: DataLoader worker (pid 214) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory.\n\nIn Docker /dev/shm has 64 MB. ember should choose file_system sharing there or at least say so.",
      paths: ['ember/data/loader.py'],
      change: "+    if shared_memory_bytes() < NEEDED:\n+        multiprocessing.set_sharing_strategy('file_system')",
      lesson: 'With a small /dev/shm the sharing strategy is file_system.',
    },
    query: {
      title: 'Training aborts on Kubernetes, fine on bare metal',
      body: "After 20 or 30 batches: RuntimeError: DataLoader worker (pid 88321) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory. num_workers=0 avoids it but is slow.",
    },
    beside: [['num_workers defaults to 0', 'Beginners wonder why the GPU is idle. The loader could choose by the number of processors.']],
  },
  {
    shares: 'names',
    past: {
      title: 'EarlyStopping compares NaN as an improvement',
      body: 'If val_loss becomes NaN, `not (current >= best)` is true, and so patience is reset for ever. A run that diverged goes on until max_epochs.',
      paths: ['ember/callbacks/early_stopping.py'],
      change: '-        if not current >= self.best:\n+        if math.isfinite(current) and current < self.best:',
      lesson: 'Only finite figures can be better.',
    },
    query: {
      title: 'Diverged experiment burns GPU hours for a whole night',
      body: 'Loss was nan from epoch 3 on. EarlyStopping with patience=2 did nothing, it ran all 200 epochs. I think nan should count as bad.',
    },
    beside: [
      [
        'EarlyStopping should restore the best weights',
        'After it stops the model has the weights of the last epoch. An option restore_best would help.',
      ],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'accumulate_grad_batches drops the last partial step',
      body: 'With 10 batches and accumulate_grad_batches=4 the gradients of batches 9 and 10 are thrown away at the end of each epoch.',
      paths: ['ember/loop.py'],
      change: '-            if (index + 1) % accumulate == 0:\n+            if (index + 1) % accumulate == 0 or index + 1 == total:',
      lesson: 'The last batch of an epoch always steps.',
    },
    query: {
      title: 'Small data sets learn nothing',
      body: 'My set has 3 batches per epoch and I use accumulate_grad_batches=8 to simulate a large batch. The weights never change. optimizer.step is not called at all as far as I see.',
    },
    beside: [
      ['Learning rate schedule counts batches and not steps', 'With accumulate_grad_batches the warm-up is over four times too early.'],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Shuffling is the same in every epoch',
      body: 'The sampler is seeded once with the seed of the run and made anew each epoch; so the order of samples never changes. The epoch must go into the seed.',
      paths: ['ember/data/sampler.py'],
      change: '-        rng = Random(self.seed)\n+        rng = Random(self.seed + self.epoch)',
      lesson: 'Seed plus epoch: reproducible and different.',
    },
    query: {
      title: 'Examples always come in identical sequence',
      body: 'I printed the ids during training: epoch 1, 2 and 3 go through the data in exactly the same permutation. I would expect a new random order each time around, even though I fixed the seed.',
    },
    beside: [['Validation data is shuffled', 'Metrics that depend on the order differ between two evaluations of one model.']],
  },
  {
    shares: 'sense',
    past: {
      title: 'Progress bar makes log files huge',
      body: 'When the output is no terminal each refresh becomes a line. A day of training leaves 2 GB. Without a terminal only one line per epoch should be printed.',
      paths: ['ember/progress.py'],
      change: '+    if not sys.stdout.isatty():\n+        return LinePerEpoch()',
      lesson: 'Ask isatty before anything is redrawn.',
    },
    query: {
      title: 'Slurm output filled the disk',
      body: 'stdout redirected to a file grew to 40 gigabytes, all of it the percentage of the current epoch repeated over and over. Batch jobs should be quiet.',
    },
    beside: [['Progress bar shows a wrong remaining time', 'After resuming the estimate counts epochs that were done before.']],
  },
  {
    shares: 'error',
    past: {
      title: 'Mixed precision and clipping do not go together',
      body: 'precision="16-mixed" and gradient_clip_val=1.0:\n\nAssertionError: No inf checks were recorded for this optimizer.\n  File "ember/precision.py", line 66, in step\n    scaler.step(optimizer)',
      paths: ['ember/precision.py'],
      change: '+        scaler.unscale_(optimizer)\n         clip(parameters)',
      lesson: 'Unscale once before clipping; skip optimizers without gradients.',
    },
    query: {
      title: 'GAN training in half precision crashes at the first discriminator step',
      body: 'Two optimizers, fp16. The one that has no gradients this turn gives:\n    scaler.step(optimizer)\nAssertionError: No inf checks were recorded for this optimizer.\nIn full precision there is no problem.',
    },
    beside: [['bf16 falls back to fp32 silently', 'On cards without bfloat16 precision.py picks full precision and says nothing.']],
  },
  {
    shares: 'error',
    past: {
      title: 'Pickle of the model config fails in spawned workers',
      body: "On Windows and macOS:\n\nAttributeError: Can't pickle local object 'build_transforms.<locals>.normalise'\n  File \"multiprocessing/reduction.py\", line 60, in dump",
      paths: ['ember/data/transforms.py'],
      change: '-    def normalise(image): ...\n+class Normalise:\n+    def __call__(self, image): ...',
      lesson: 'What goes into workers is a class at module level, never a closure.',
    },
    query: {
      title: 'Tutorial notebook does not run on my Mac',
      body: "Step 4, trainer.fit(...):\nAttributeError: Can't pickle local object 'build_transforms.<locals>.normalise'\nSomebody on the forum suggests num_workers=0.",
    },
    beside: [['build_transforms ignores the image size of the config', 'Images are always 224 wide, whatever the config says.']],
  },
  {
    shares: 'names',
    past: {
      title: 'log_every_n_steps=1 loses the first step',
      body: 'The CSVLogger writes from step 1 on; step 0 is never logged, because the condition asks for `step and step % n == 0`.',
      paths: ['ember/loggers/csv.py'],
      change: '-        if step and step % self.n == 0:\n+        if step % self.n == 0:',
      lesson: 'Steps count from 0 and the first is logged.',
    },
    query: {
      title: 'metrics.csv begins with step 1',
      body: 'For a comparison with a paper I need the loss before any update. CSVLogger leaves that row out, even with log_every_n_steps set to 1.',
    },
    beside: [['CSVLogger overwrites metrics.csv of an earlier run', 'Two runs with the same name: the first is lost. Append or refuse.']],
  },
  {
    shares: 'names',
    past: {
      title: 'Trainer(devices="auto") takes GPUs that others use',
      body: 'On shared machines auto picks every card, also those with no free memory, and ignores CUDA_VISIBLE_DEVICES when it is an empty string.',
      paths: ['ember/devices.py'],
      change: "+    visible = os.environ.get('CUDA_VISIBLE_DEVICES')\n+    if visible is not None:\n+        return parse(visible)",
      lesson: 'CUDA_VISIBLE_DEVICES decides, also when it is empty: then there is none.',
    },
    query: {
      title: 'Cannot force CPU',
      body: 'export CUDA_VISIBLE_DEVICES="" and still ember says "using 2 GPUs" with devices=auto, then goes out of memory. How do I keep it off the cards?',
    },
    beside: [
      ['devices=[1] runs on cuda:0', 'The index is counted within what is visible and not by the machine, which the docs do not say.'],
    ],
  },
];
