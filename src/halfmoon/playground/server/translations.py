"""What the server says to people, in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

LOGIN = {
    "Halfmoon playground": "Halfmoon 游乐场",
    "Password of the class": "班级密码",
    "Come in": "进入",
    "That is not the password.": "密码不对。",
    "Too many wrong passwords came from here; try again in {seconds} s.": "这里输错密码的次数太多；请在 {seconds} 秒后再试。",
}

STARTED = {
    "The playground is at {address}": "游乐场的地址：{address}",
    "Pupils open {address} and give the password.": "学生打开 {address} 并输入密码。",
    "Pupils open one of these, and give the password:": "学生打开以下地址之一，并输入密码：",
    "Only this machine reaches it: {address}; --host 0.0.0.0 lets others in, too.": (
        "只有本机能访问：{address}；用 --host 0.0.0.0 可让其他机器也能访问。"
    ),
    "The password travels unencrypted: give it no value that it has elsewhere.": "密码以明文传输：不要用在别处也使用的密码。",
    "Ctrl-C ends it.": "按 Ctrl-C 结束。",
    "the playground has ended": "游乐场已结束",
}

say = Texts(LOGIN | STARTED)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
