"""The answer of the homework that this course grew out of, word for word."""

SEED = """
import brainpy as bp
import brainpy.math as bm 

class HH(bp.dyn.NeuDyn):
  def __init__(self, size, ENa=50., gNa=120., EK=-77., gK=36., EL=-54.387, gL=0.03, V_th=0., C=1.0, T=6.3):
    super(HH, self).__init__(size=size)

    # 定义神经元参数
    self.ENa = ENa
    self.EK = EK
    self.EL = EL
    self.gNa = gNa
    self.gK = gK
    self.gL = gL
    self.C = C
    self.V_th = V_th
    self.T_base = 6.3
    self.phi = 3.0 ** ((T - self.T_base) / 10.0)

    # 定义神经元变量
    self.V = bm.Variable(-70.68 * bm.ones(self.num))
    self.m = bm.Variable(0.0266 * bm.ones(self.num))
    self.h = bm.Variable(0.772 * bm.ones(self.num))
    self.n = bm.Variable(0.235 * bm.ones(self.num))
    self.input = bm.Variable(bm.zeros(self.num))
    self.spike = bm.Variable(bm.zeros(self.num, dtype=bool))
    self.t_last_spike = bm.Variable(bm.ones(self.num) * -1e7)

    # 定义积分函数
    self.integral = bp.odeint(f=self.derivative, method='exp_auto')  
  
  @property
  def derivative(self):
    return bp.JointEq(self.dV, self.dm, self.dh, self.dn)

  def dV(self, V, t, m, h, n, Iext):
    I_Na = (self.gNa * m ** 3.0 * h) * (V - self.ENa)
    I_K = (self.gK * n ** 4.0) * (V - self.EK)
    I_leak = self.gL * (V - self.EL)
    dVdt = (- I_Na - I_K - I_leak + Iext) / self.C
    return dVdt

  def dm(self, m, t, V):
    alpha = 0.1 * (V + 40) / (1 - bm.exp(-(V + 40) / 10))
    beta = 4.0 * bm.exp(-(V + 65) / 18)
    dmdt = alpha * (1 - m) - beta * m
    return self.phi * dmdt
  
  def dh(self, h, t, V):
    alpha = 0.07 * bm.exp(-(V + 65) / 20.)
    beta = 1 / (1 + bm.exp(-(V + 35) / 10))
    dhdt = alpha * (1 - h) - beta * h
    return self.phi * dhdt

  def dn(self, n, t, V):
    alpha = 0.01 * (V + 55) / (1 - bm.exp(-(V + 55) / 10))
    beta = 0.125 * bm.exp(-(V + 65) / 80)
    dndt = alpha * (1 - n) - beta * n
    return self.phi * dndt

  def update(self, x=0.):
    t = bp.share.load('t')
    dt = bp.share.load('dt')
    #计算更新后的值
    V, m, h, n = self.integral(self.V, self.m, self.h, self.n, t, x, dt=dt)

    #判断是否发生动作电位
    self.spike.value = bm.logical_and(self.V < self.V_th, V >= self.V_th)
    self.t_last_spike.value = bm.where(self.spike, t, self.t_last_spike)

    # 更新变量的值
    self.V.value = V
    self.m.value = m
    self.h.value = h
    self.n.value = n
"""
