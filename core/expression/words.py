"""What an expression may say: two variables, two constants, a list of functions, four operations and powers. Nothing else.

The lists here are the whole language. Whatever a text holds besides numbers, these names and + − * / ** ( ) , is refused.
"""

LONGEST = 300  # characters
MOST_PARTS = 200  # numbers, names and operations together
DEEPEST = 48  # signs and powers inside one another; a bracket counts for two
LARGEST_WHOLE_POWER = 64  # up to it x**n is a product; beyond, e^(n ln x)

# Opcodes of the stack machine. Those before X push a number, the next ones act on the top, the last on the two topmost.
(
    NUMBER,
    X,
    Y,
    NEGATE,
    WHOLE_POWER,
    SIN,
    COS,
    TAN,
    ATAN,
    EXP,
    LOG,
    SQRT,
    ABS,
    TANH,
    SINH,
    COSH,
    SIGMOID,
    SIGN,
    STEP,
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    POWER,
    MINIMUM,
    MAXIMUM,
) = range(26)

CONSTANTS = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
VARIABLES = {"x": X, "y": Y}
FUNCTIONS = {  # by name, with one argument
    "sin": SIN,
    "cos": COS,
    "tan": TAN,
    "atan": ATAN,
    "exp": EXP,
    "log": LOG,
    "sqrt": SQRT,
    "abs": ABS,
    "tanh": TANH,
    "sinh": SINH,
    "cosh": COSH,
    "sigmoid": SIGMOID,
    "sign": SIGN,
    "step": STEP,
}
PAIRS = {"min": MINIMUM, "max": MAXIMUM}  # with two arguments
OTHER_NAMES = {"ln": "log", "arctan": "atan", "heaviside": "step", "sgn": "sign", "pow": "**", "root": "sqrt", "tg": "tan"}
OPERATORS = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY, "/": DIVIDE, "**": POWER}
SPELLINGS = {"^": "**", "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/"}
TAKES_TWO = frozenset((ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MINIMUM, MAXIMUM))
PUSHES = frozenset((NUMBER, X, Y))
