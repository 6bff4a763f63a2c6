"""The momentum-ravine film as one would make it with matplotlib's FuncAnimation. Run by film.py with a Python that has it.

Usage: python _film_matplotlib.py run.npz out.mp4. Prints frames a second.
"""

import sys
import time

import imageio_ffmpeg
import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import animation, pyplot

FRAMES = 40


def main() -> None:
    """Draw, save, say how fast."""
    run = np.load(sys.argv[1])
    path, loss = run["path"], run["loss"]
    mpl.rcParams["animation.ffmpeg_path"] = imageio_ffmpeg.get_ffmpeg_exe()
    pyplot.style.use("dark_background")
    figure, ((field, rates), (curve, words)) = pyplot.subplots(2, 2, figsize=(19.2, 10.8), dpi=100)
    x, y = np.meshgrid(np.linspace(-10, 10, 200), np.linspace(-5, 5, 120))
    surface = 0.72 * x**2 + 18 * y**2
    field.imshow(np.log1p(surface), extent=(-10, 10, -5, 5), origin="lower", aspect="auto", cmap="Blues_r")
    field.contour(x, y, surface, 16, colors="#3d5578")
    rates.imshow(np.random.default_rng(0).random((60, 80)), aspect="auto", cmap="Blues")
    words.axis("off")
    text = [words.text(0.0, 0.9 - 0.15 * row, "", fontsize=18) for row in range(4)]
    trails = [field.plot([], [], lw=2.5, marker="o", ms=4)[0] for _ in range(3)]
    curve.set_yscale("log")
    curve.set_xlim(0, loss.shape[1])
    curve.set_ylim(max(np.nanmin(loss), 1e-18), np.nanmax(loss))
    curves = [curve.plot([], [], lw=2.5)[0] for _ in range(3)]
    headline = figure.suptitle("", fontsize=26)

    def draw(frame: int) -> list[object]:
        for method in range(3):
            trails[method].set_data(path[method, : frame + 1, 0], path[method, : frame + 1, 1])
            curves[method].set_data(np.arange(frame + 1), loss[method, : frame + 1])
            text[method].set_text(f"method {method}: loss {loss[method, frame]:.3g}")
        headline.set_text(f"step {frame}")
        return [*trails, *curves, *text, headline]

    film = animation.FuncAnimation(figure, draw, frames=FRAMES, blit=True)
    options = ["-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"]
    writer = animation.FFMpegWriter(fps=60, codec="libx264", extra_args=options)
    start = time.perf_counter()
    film.save(sys.argv[2], writer=writer)
    print(FRAMES / (time.perf_counter() - start))


if __name__ == "__main__":
    main()
