"""PKCS#11 2.40 through its C functions, for the one question that tools do not ask: give me the
private value. Runs in a process of its own, because a module is loaded once.

    raw_pkcs11.py MODULE LABEL PIN-FILE

Prints `KEY-ID ATTRIBUTE 0x…` for each private attribute of each private key: the code that the
token answered with (0x11 is CKR_ATTRIBUTE_SENSITIVE) and, were it to answer, `READ`.
"""

import ctypes
import sys

ULONG = ctypes.c_ulong
CKU_USER, CKF_SERIAL_SESSION = 1, 4
CKA_CLASS, CKA_ID, CKO_PRIVATE_KEY = 0x000, 0x102, 3
# PKCS#11 2.40 Mechanisms §2.1.3 (RSA) and §2.3.4 (Edwards): every part that is a secret.
PRIVATE = {"CKA_VALUE": 0x11, "CKA_PRIVATE_EXPONENT": 0x123, "CKA_PRIME_1": 0x124,
           "CKA_PRIME_2": 0x125, "CKA_EXPONENT_1": 0x126, "CKA_EXPONENT_2": 0x127,
           "CKA_COEFFICIENT": 0x128}


class Attribute(ctypes.Structure):
    """CK_ATTRIBUTE."""

    _fields_ = [("type", ULONG), ("value", ctypes.c_void_p), ("length", ULONG)]


def attribute(kind, buffer):
    return Attribute(kind, ctypes.cast(buffer, ctypes.c_void_p), ctypes.sizeof(buffer))


def check(code, what):
    if code != 0:
        sys.exit(f"{what}: {code:#x}")


def find_slot(module, label):
    count = ULONG(64)
    slots = (ULONG * 64)()
    check(module.C_GetSlotList(ctypes.c_ubyte(1), slots, ctypes.byref(count)), "C_GetSlotList")
    for slot in slots[: count.value]:
        info = ctypes.create_string_buffer(512)
        check(module.C_GetTokenInfo(ULONG(slot), info), "C_GetTokenInfo")
        if info.raw[:32].decode().strip() == label:
            return ULONG(slot)
    sys.exit(f"no token {label}")


def main():
    path, label, pin_file = sys.argv[1:]
    module = ctypes.CDLL(path)
    check(module.C_Initialize(None), "C_Initialize")
    session = ULONG()
    check(module.C_OpenSession(find_slot(module, label), ULONG(CKF_SERIAL_SESSION), None, None,
                               ctypes.byref(session)), "C_OpenSession")
    with open(pin_file, "rb") as file:
        pin = file.read().strip()
    check(module.C_Login(session, ULONG(CKU_USER), pin, ULONG(len(pin))), "C_Login")
    wanted = attribute(CKA_CLASS, (ULONG * 1)(CKO_PRIVATE_KEY))
    check(module.C_FindObjectsInit(session, ctypes.byref(wanted), ULONG(1)), "C_FindObjectsInit")
    objects, count = (ULONG * 100)(), ULONG()
    check(module.C_FindObjects(session, objects, ULONG(100), ctypes.byref(count)), "C_FindObjects")
    for handle in objects[: count.value]:
        buffer = ctypes.create_string_buffer(64)
        key_id = attribute(CKA_ID, buffer)
        check(module.C_GetAttributeValue(session, ULONG(handle), ctypes.byref(key_id), ULONG(1)),
              "C_GetAttributeValue")
        for name, kind in PRIVATE.items():
            secret = attribute(kind, ctypes.create_string_buffer(4096))
            code = module.C_GetAttributeValue(session, ULONG(handle), ctypes.byref(secret), ULONG(1))
            print(buffer.raw[: key_id.length].hex(), name, "READ" if code == 0 else f"{code:#x}")


if __name__ == "__main__":
    main()
