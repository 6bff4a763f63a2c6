/* The work of core/training in C: mini-batch SGD on a plain tanh net with mean squared error.

   train_lanes   the same algorithm as core/networks/small.py: batch innermost in blocks of four, own tanh, sums in the
                 same order, so that every bit of the result is the same.
   train_plain   the loop one writes first: example by example, tanh of the C library.

   widths has depth + 1 entries; theta holds W row by row and then b, layer after layer; order has the example numbers. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline double from_bits(int64_t bits) { double value; memcpy(&value, &bits, 8); return value; }
static inline int64_t to_bits(double value) { int64_t bits; memcpy(&bits, &value, 8); return bits; }

static inline double own_tanh(double x) {
    double size = fabs(x);
    size = size > 20.0 ? 20.0 : size;
    const double y = size + size;
    const double shifted = y * 1.4426950408889634 + 6755399441055744.0;
    const double whole = shifted - 6755399441055744.0;
    const double above = y - whole * 0.6931471804855391, under = whole * 7.440617110012397e-11;
    const double r = above - under;
    const double r2 = r * r, r4 = r2 * r2;
    const double low = (0.5 + r * 0.1666666666666667) + r2 * (0.04166666666666667 + r * 0.008333333333326112);
    const double middle = (0.001388888888888373 + r * 0.0001984126987490126)
                        + r2 * (2.4801587325605324e-05 + r * 2.7557255297969643e-06);
    const double high = (2.755727357010214e-07 + r * 2.5105259538448494e-08) + r2 * 2.0914717341716378e-09;
    const double rest = r2 * (low + r4 * (middle + r4 * high)) + ((above - r) - under);
    const double scale = from_bits((to_bits(shifted) - INT64_C(0x4338000000000000) + 1023) << 52);
    const double offset = scale - 1.0, main = offset + scale * r;
    const double t = main + (((offset - main) + scale * r) + scale * rest);
    const double below = t + 2.0;
    const double lost = t < 2.0 ? t - (below - 2.0) : 0.0;
    const double q = t / below;
    return copysign(q - q * (lost * (0.5 - 0.5 * q)), x);
}

typedef double four __attribute__((vector_size(32), aligned(8)));
double train_lanes(const int64_t *widths, int64_t depth, double *theta, int64_t size, const double *x, const double *y,
                   int64_t examples, int64_t batch, int64_t steps, double rate, const int64_t *order) {
    const int64_t lanes = (batch + 3) / 4 * 4, per_epoch = (examples + batch - 1) / batch;
    int64_t units = 0;
    for (int64_t layer = 0; layer <= depth; layer++) units += widths[layer];
    double *restrict z = calloc(units * lanes, 8), *restrict a = calloc(units * lanes, 8);
    double *restrict d = calloc(units * lanes, 8), *restrict gradient = calloc(size, 8);
    const int64_t inputs = widths[0], outputs = widths[depth];
    double loss = 0.0;
    for (int64_t k = 0; k <= steps; k++) {
        const int64_t from = k % per_epoch * batch;
        const int64_t count = batch < examples - from ? batch : examples - from;
        for (int64_t i = 0; i < inputs; i++)
            for (int64_t n = 0; n < lanes; n++) a[i * lanes + n] = n < count ? x[order[from + n] * inputs + i] : 0.0;
        int64_t below = 0, weight = 0;
        for (int64_t layer = 0; layer < depth; layer++) {
            const int64_t m = widths[layer], width = widths[layer + 1], first = below + m, bias = weight + width * m;
            for (int64_t j = 0; j < width; j++) {
                double *row = z + (first + j) * lanes;
                for (int64_t n = 0; n < lanes; n++) row[n] = theta[bias + j];
                for (int64_t i = 0; i < m; i++) {
                    const double w = theta[weight + j * m + i];
                    const double *source = a + (below + i) * lanes;
                    for (int64_t n = 0; n < lanes; n++) row[n] += w * source[n];
                }
            }
            for (int64_t q = first * lanes; q < (first + width) * lanes; q++) a[q] = own_tanh(z[q]);
            below = first;
            weight = bias + width;
        }
        loss = 0.0;
        const double scale = 1.0 / (double)(count * outputs);
        for (int64_t j = 0; j < outputs; j++)
            for (int64_t n = 0; n < lanes; n++) {
                const int64_t q = (units - outputs + j) * lanes + n;
                const double miss = n < count ? a[q] - y[order[from + n] * outputs + j] : 0.0;
                loss += miss * miss * scale;
                d[q] = 2.0 * scale * miss;
            }
        if (!isfinite(loss) || k == steps) break;
        int64_t last = units, end = size;
        for (int64_t layer = depth - 1; layer >= 0; layer--) {
            const int64_t m = widths[layer], width = widths[layer + 1], first = last - width;
            below = first - m;
            const int64_t bias = end - width;
            weight = bias - width * m;
            for (int64_t q = first * lanes; q < last * lanes; q++) d[q] *= (1.0 - a[q]) * (1.0 + a[q]);
            if (layer > 0) memset(d + below * lanes, 0, m * lanes * 8);
            for (int64_t j = 0; j < width; j++) {
                const double *row = d + (first + j) * lanes;
                four sum = {0, 0, 0, 0};
                for (int64_t n = 0; n < lanes; n += 4) sum += *(const four *)(row + n);
                gradient[bias + j] = ((sum[0] + sum[1]) + sum[2]) + sum[3];
                for (int64_t i = 0; i < m; i++) {
                    const double *s = a + (below + i) * lanes;
                    four t = {0, 0, 0, 0};
                    for (int64_t n = 0; n < lanes; n += 4) t += *(const four *)(row + n) * *(const four *)(s + n);
                    gradient[weight + j * m + i] = ((t[0] + t[1]) + t[2]) + t[3];
                }
                if (layer > 0)
                    for (int64_t i = 0; i < m; i++) {
                        const double w = theta[weight + j * m + i];
                        double *into = d + (below + i) * lanes;
                        for (int64_t n = 0; n < lanes; n++) into[n] += w * row[n];
                    }
            }
            last = first;
            end = weight;
        }
        for (int64_t q = 0; q < size; q++) theta[q] -= rate * gradient[q];
    }
    free(z); free(a); free(d); free(gradient);
    return loss;
}

double train_plain(const int64_t *widths, int64_t depth, double *theta, int64_t size, const double *x, const double *y,
                   int64_t examples, int64_t batch, int64_t steps, double rate, const int64_t *order) {
    const int64_t per_epoch = (examples + batch - 1) / batch, inputs = widths[0], outputs = widths[depth];
    int64_t units = 0;
    for (int64_t layer = 0; layer <= depth; layer++) units += widths[layer];
    double *a = calloc(units, 8), *d = calloc(units, 8), *gradient = calloc(size, 8);
    double loss = 0.0;
    for (int64_t k = 0; k < steps; k++) {
        const int64_t from = k % per_epoch * batch;
        const int64_t count = batch < examples - from ? batch : examples - from;
        memset(gradient, 0, size * 8);
        loss = 0.0;
        for (int64_t n = 0; n < count; n++) {
            memcpy(a, x + order[from + n] * inputs, inputs * 8);
            int64_t below = 0, weight = 0;
            for (int64_t layer = 0; layer < depth; layer++) {
                const int64_t m = widths[layer], width = widths[layer + 1], first = below + m;
                for (int64_t j = 0; j < width; j++) {
                    double z = theta[weight + width * m + j];
                    for (int64_t i = 0; i < m; i++) z += theta[weight + j * m + i] * a[below + i];
                    a[first + j] = tanh(z);
                }
                below = first;
                weight += width * (m + 1);
            }
            for (int64_t j = 0; j < outputs; j++) {
                const double miss = a[units - outputs + j] - y[order[from + n] * outputs + j];
                loss += miss * miss / (double)(count * outputs);
                d[units - outputs + j] = 2.0 * miss / (double)(count * outputs);
            }
            int64_t last = units, end = size;
            for (int64_t layer = depth - 1; layer >= 0; layer--) {
                const int64_t m = widths[layer], width = widths[layer + 1], first = last - width, bias = end - width;
                below = first - m;
                weight = bias - width * m;
                for (int64_t i = 0; i < m; i++) d[below + i] = 0.0;
                for (int64_t j = 0; j < width; j++) {
                    const double delta = d[first + j] * (1.0 - a[first + j] * a[first + j]);
                    gradient[bias + j] += delta;
                    for (int64_t i = 0; i < m; i++) {
                        gradient[weight + j * m + i] += delta * a[below + i];
                        d[below + i] += theta[weight + j * m + i] * delta;
                    }
                }
                last = first;
                end = weight;
            }
        }
        for (int64_t q = 0; q < size; q++) theta[q] -= rate * gradient[q];
    }
    free(a); free(d); free(gradient);
    return loss;
}
