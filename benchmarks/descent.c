/* Descent on three surfaces by four methods, 1,000 starts, as one would write it in C.
   plain_*: one start after the other.  lanes_*: 256 starts side by side, which compilers vectorise. */
#include <math.h>
#include <stdint.h>

#define TILE 256
#define PI 3.14159265358979323846
typedef struct { double rate, momentum, beta1, beta2, epsilon, decay; } hyper;

#define QUADRATIC(x, y, gx, gy) gx = a * x + b * y; gy = b * x + c * y;
#define ROSENBROCK(x, y, gx, gy) { double off = y - x * x; gx = -2.0 * (1.0 - x) - 400.0 * x * off; gy = 200.0 * off; }
#define RASTRIGIN(x, y, gx, gy) \
    gx = 2.0 * x + 20.0 * PI * sin(2.0 * PI * x); gy = 2.0 * y + 20.0 * PI * sin(2.0 * PI * y);

#define SGD(p, g, m, v) p -= h.rate * (g + h.decay * p);
#define MOMENTUM(p, g, m, v) m = h.momentum * m + (g + h.decay * p); p -= h.rate * m;
#define MEANS(g, m, v) m = h.beta1 * m + (1.0 - h.beta1) * g; v = h.beta2 * v + (1.0 - h.beta2) * g * g;
#define DIRECTION(m, v) (m / (1.0 - power1) / (sqrt(v / (1.0 - power2)) + h.epsilon))
#define ADAM(p, g, m, v) MEANS(g, m, v) p -= h.rate * DIRECTION(m, v);
#define ADAMW(p, g, m, v) MEANS(g, m, v) p = p - h.rate * h.decay * p - h.rate * DIRECTION(m, v);

#define MAKE(NAME, SURFACE, METHOD)                                                                                   \
    void plain_##NAME(const double *starts, double *ends, int64_t count, int64_t steps, const hyper *given,           \
                      double a, double b, double c) {                                                                 \
        const hyper h = *given;                                                                                       \
        for (int64_t i = 0; i < count; i++) {                                                                         \
            double x = starts[2 * i], y = starts[2 * i + 1], mx = 0, my = 0, vx = 0, vy = 0, power1 = 1, power2 = 1;  \
            for (int64_t k = 0; k < steps; k++) {                                                                     \
                double gx, gy;                                                                                        \
                power1 *= h.beta1; power2 *= h.beta2;                                                                 \
                SURFACE(x, y, gx, gy)                                                                                 \
                METHOD(x, gx, mx, vx)                                                                                 \
                METHOD(y, gy, my, vy)                                                                                 \
            }                                                                                                         \
            ends[2 * i] = x; ends[2 * i + 1] = y;                                                                     \
        }                                                                                                             \
    }                                                                                                                 \
    void lanes_##NAME(const double *starts, double *ends, int64_t count, int64_t steps, const hyper *given,           \
                      double a, double b, double c) {                                                                 \
        const hyper h = *given;                                                                                       \
        double x[TILE], y[TILE], mx[TILE], my[TILE], vx[TILE], vy[TILE], gx[TILE], gy[TILE];                          \
        for (int64_t first = 0; first < count; first += TILE) {                                                       \
            const int n = count - first < TILE ? (int)(count - first) : TILE;                                         \
            double power1 = 1, power2 = 1;                                                                            \
            for (int i = 0; i < n; i++) {                                                                             \
                x[i] = starts[2 * (first + i)]; y[i] = starts[2 * (first + i) + 1];                                   \
                mx[i] = my[i] = vx[i] = vy[i] = 0;                                                                    \
            }                                                                                                         \
            for (int64_t k = 0; k < steps; k++) {                                                                     \
                power1 *= h.beta1; power2 *= h.beta2;                                                                 \
                for (int i = 0; i < n; i++) { SURFACE(x[i], y[i], gx[i], gy[i]) }                                     \
                for (int i = 0; i < n; i++) { METHOD(x[i], gx[i], mx[i], vx[i]) }                                     \
                for (int i = 0; i < n; i++) { METHOD(y[i], gy[i], my[i], vy[i]) }                                     \
            }                                                                                                         \
            for (int i = 0; i < n; i++) { ends[2 * (first + i)] = x[i]; ends[2 * (first + i) + 1] = y[i]; }           \
        }                                                                                                             \
    }

#define ALL(surface, SURFACE)                                                                                         \
    MAKE(sgd_##surface, SURFACE, SGD) MAKE(momentum_##surface, SURFACE, MOMENTUM)                                     \
    MAKE(adam_##surface, SURFACE, ADAM) MAKE(adamw_##surface, SURFACE, ADAMW)

ALL(quadratic, QUADRATIC)
ALL(rosenbrock, ROSENBROCK)
ALL(rastrigin, RASTRIGIN)
