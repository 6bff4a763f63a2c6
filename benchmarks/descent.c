/* The loops of core/descent.descend_to in C: an optimizer on a surface of the plane, from many starts, nothing recorded. */
#include <math.h>
#include <stdint.h>

enum { SGD, MOMENTUM, ADAM, ADAMW };
enum { QUADRATIC, ROSENBROCK, RASTRIGIN };

typedef struct { double rate, momentum, beta1, beta2, epsilon, decay; } Hyper;

static inline void slope(int surface, double x, double y, const double *h, double *gx, double *gy) {
    if (surface == QUADRATIC) { /* h: the Hessian's xx, xy, yy */
        *gx = h[0] * x + h[1] * y;
        *gy = h[1] * x + h[2] * y;
    } else if (surface == ROSENBROCK) {
        const double bend = y - x * x;
        *gx = -400.0 * x * bend - 2.0 * (1.0 - x);
        *gy = 200.0 * bend;
    } else {
        const double turn = 6.283185307179586;
        *gx = 2.0 * x + 10.0 * turn * sin(turn * x);
        *gy = 2.0 * y + 10.0 * turn * sin(turn * y);
    }
}

static inline void move(int method, double *p, double g, double *m, double *v, const Hyper *h, double b1, double b2) {
    if (method == SGD) {
        *p -= h->rate * (g + h->decay * *p);
    } else if (method == MOMENTUM) {
        *m = h->momentum * *m + (g + h->decay * *p);
        *p -= h->rate * *m;
    } else {
        *m = h->beta1 * *m + (1.0 - h->beta1) * g;
        *v = h->beta2 * *v + (1.0 - h->beta2) * g * g;
        const double way = *m / (1.0 - b1) / (sqrt(*v / (1.0 - b2)) + h->epsilon);
        if (method == ADAMW) *p = *p - h->rate * h->decay * *p - h->rate * way;
        else *p -= h->rate * way;
    }
}

static inline void walk(int method, int surface, const double *hessian, const double *starts, int64_t count, int64_t steps,
                        const Hyper *h, double *ends) {
    for (int64_t i = 0; i < count; i++) {
        double x = starts[2 * i], y = starts[2 * i + 1], mx = 0, my = 0, vx = 0, vy = 0, b1 = 1.0, b2 = 1.0;
        for (int64_t k = 0; k < steps; k++) {
            double gx, gy;
            b1 *= h->beta1;
            b2 *= h->beta2;
            slope(surface, x, y, hessian, &gx, &gy);
            move(method, &x, gx, &mx, &vx, h, b1, b2);
            move(method, &y, gy, &my, &vy, h, b1, b2);
        }
        ends[2 * i] = x;
        ends[2 * i + 1] = y;
    }
}

void descend(int64_t method, int64_t surface, const double *hessian, const double *starts, int64_t count, int64_t steps,
             const double *hyper, double *ends) {
    const Hyper h = {hyper[0], hyper[1], hyper[3], hyper[4], hyper[5], hyper[6]};
    walk((int)method, (int)surface, hessian, starts, count, steps, &h, ends);
}
